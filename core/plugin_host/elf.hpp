#pragma once
// The bytes of a built file and the heads of its sections, read without running any of its code. Private to this
// folder.

#include <elf.h>

#include <cstring>
#include <expected>
#include <filesystem>
#include <string>
#include <vector>

namespace handoff::plugin_host {

/// Reads structs out of the file's bytes, never past them.
class Bytes {
 public:
  explicit Bytes(std::string data) : data_(std::move(data)) {}
  template <class T>
  bool read(std::uint64_t at, T& out) const {
    if (!holds(at, sizeof(T))) return false;
    std::memcpy(&out, data_.data() + at, sizeof(T));
    return true;
  }
  bool holds(std::uint64_t at, std::uint64_t size) const { return at <= data_.size() && data_.size() - at >= size; }
  std::string_view all() const { return data_; }
  std::string_view view(std::uint64_t at, std::uint64_t size) const {
    if (!holds(at, size)) return {};
    return std::string_view(data_).substr(at, size);
  }

 private:
  std::string data_;
};

/// An ELF file with the heads of its sections.
struct Elf {
  Bytes bytes;
  std::vector<Elf64_Shdr> sections;
  std::uint16_t machine = 0;
  std::size_t names = 0;  // the section that holds the names of sections
};

/// Refuses what is for another machine, and what is cut short. `name`: how messages call the file.
std::expected<Elf, std::string> parse_elf(std::string data, const std::string& name);
std::expected<Elf, std::string> read_elf(const std::filesystem::path& file);

}  // namespace handoff::plugin_host
