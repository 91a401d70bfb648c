#include "tests/fuzz/fuzz.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <iostream>
#include <iterator>

namespace handoff::fuzz {

void must(bool holds, std::string_view property, std::string_view detail) {
  if (holds) return;
  std::cerr << "BROKEN: " << property << (detail.empty() ? "" : ": ") << detail << std::endl;
  std::abort();
}

std::uint8_t Input::byte() {
  if (left_.empty()) return 0;
  auto out = static_cast<std::uint8_t>(left_.front());
  left_.remove_prefix(1);
  return out;
}

std::string_view Input::line() {
  std::size_t end = std::min(left_.find('\n'), left_.size());
  std::string_view out = left_.substr(0, end);
  left_.remove_prefix(std::min(end + 1, left_.size()));
  return out;
}

std::string_view Input::part() {
  constexpr std::string_view kMark = "\n--\n";
  std::size_t end = std::min(left_.find(kMark), left_.size());
  std::string_view out = left_.substr(0, end);
  left_.remove_prefix(std::min(end + kMark.size(), left_.size()));
  return out;
}

MemoryFile::MemoryFile() : file_(memfd_create("fuzz", 0)), path_("/proc/self/fd/" + std::to_string(file_)) {
  must(file_ >= 0, "there is memory for a file");
}

void MemoryFile::write(std::string_view bytes) const {
  bool written = ftruncate(file_, 0) == 0 && pwrite(file_, bytes.data(), bytes.size(), 0) == std::ssize(bytes);
  must(written, "there is memory for a file");
}

std::vector<std::string_view> pieces(std::string_view bytes, std::uint8_t how) {
  constexpr std::size_t kByteByByteMax = 512;
  std::vector<std::string_view> out;
  std::size_t step = bytes.size() <= kByteByByteMax && how % 4 == 0 ? 1 : 1 + how;
  while (!bytes.empty()) {
    std::size_t size = std::min(step, bytes.size());
    out.push_back(bytes.substr(0, size));
    step = step == 1 ? 1 : 1 + (step * 7 + static_cast<std::uint8_t>(bytes[size - 1])) % 97;
    bytes.remove_prefix(size);
  }
  return out;
}

std::string in_chunks(std::string_view body, std::uint8_t how) {
  std::string out;
  for (std::string_view piece : pieces(body, how)) {
    std::array<char, 16> size{};
    auto end = std::to_chars(size.data(), size.data() + size.size(), piece.size(), 16).ptr;
    out += std::string(size.data(), end) + "\r\n" + std::string(piece) + "\r\n";
  }
  return out + "0\r\n\r\n";
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    auto lead = static_cast<std::uint8_t>(text.front());
    std::size_t size = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    if (size == 0 || text.size() < size) return false;
    for (std::size_t i = 1; i < size; ++i) {
      auto next = static_cast<std::uint8_t>(text[i]);
      std::uint8_t low = lead == 0xE0 && i == 1 ? 0xA0 : lead == 0xF0 && i == 1 ? 0x90 : 0x80;
      std::uint8_t high = lead == 0xED && i == 1 ? 0x9F : lead == 0xF4 && i == 1 ? 0x8F : 0xBF;
      if (next < low || next > high) return false;
    }
    text.remove_prefix(size);
  }
  return true;
}

}  // namespace handoff::fuzz
