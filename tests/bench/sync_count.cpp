// Loaded before the C library (LD_PRELOAD): counts how often a program asks the disk to be sure. The count stands in
// the file that SYNC_COUNT_FILE names.

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>

namespace {

std::atomic<std::uint64_t>* shared_count() {
  static std::atomic<std::uint64_t>* count = []() -> std::atomic<std::uint64_t>* {
    const char* path = std::getenv("SYNC_COUNT_FILE");
    int file = path ? ::open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (file < 0 || ::ftruncate(file, sizeof(std::uint64_t)) != 0) return nullptr;
    void* memory = ::mmap(nullptr, sizeof(std::uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::close(file);
    return memory == MAP_FAILED ? nullptr : static_cast<std::atomic<std::uint64_t>*>(memory);
  }();
  return count;
}

int counted(const char* name, int file) {
  if (auto* count = shared_count()) ++*count;
  auto* real = reinterpret_cast<int (*)(int)>(::dlsym(RTLD_NEXT, name));
  return real(file);
}

}  // namespace

extern "C" int fsync(int file) { return counted("fsync", file); }
extern "C" int fdatasync(int file) { return counted("fdatasync", file); }
