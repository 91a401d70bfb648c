#include "core/conformance/guard.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

namespace handoff::conformance {

const char* GuardedMemory::place(std::string_view bytes) {
  auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  std::size_t pages = (bytes.size() + page - 1) / page;
  std::size_t size = (pages + 1) * page;
  void* map = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map == MAP_FAILED) return bytes.data();
  maps_.emplace_back(map, size);
  char* end = static_cast<char*>(map) + pages * page;
  mprotect(end, page, PROT_NONE);
  char* at = end - bytes.size();
  std::memcpy(at, bytes.data(), bytes.size());
  return at;
}

void GuardedMemory::clear() {
  for (const auto& [map, size] : maps_) munmap(map, size);
  maps_.clear();
}

}  // namespace handoff::conformance
