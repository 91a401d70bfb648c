#include "core/app/cli/abi_of_file.hpp"

#include <elf.h>
#include <handoff/abi.h>

#include <cstring>
#include <string>

#include "core/model/read_file.hpp"

namespace handoff::cli {

namespace {

/// Copies a struct out of the bytes; false past their end.
template <class T>
bool take(const std::string& bytes, std::uint64_t at, T& out) {
  if (at > bytes.size() || bytes.size() - at < sizeof(T)) return false;
  std::memcpy(&out, bytes.data() + at, sizeof(T));
  return true;
}

std::optional<Elf64_Shdr> section(const std::string& bytes, const Elf64_Ehdr& header, std::uint64_t number) {
  Elf64_Shdr out = {};
  if (number >= header.e_shnum || !take(bytes, header.e_shoff + number * header.e_shentsize, out)) return std::nullopt;
  return out;
}

/// Where in the file the byte of that address is stored.
std::optional<std::uint64_t> offset_of(const std::string& bytes, const Elf64_Ehdr& header, std::uint64_t address) {
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment = {};
    if (!take(bytes, header.e_phoff + std::uint64_t{i} * header.e_phentsize, segment)) return std::nullopt;
    bool inside = address >= segment.p_vaddr && address - segment.p_vaddr < segment.p_filesz;
    if (segment.p_type == PT_LOAD && inside) return segment.p_offset + (address - segment.p_vaddr);
  }
  return std::nullopt;
}

std::optional<std::uint64_t> entry_address(const std::string& bytes, const Elf64_Ehdr& header) {
  for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
    std::optional<Elf64_Shdr> symbols = section(bytes, header, i);
    if (!symbols || symbols->sh_type != SHT_DYNSYM) continue;
    std::optional<Elf64_Shdr> names = section(bytes, header, symbols->sh_link);
    for (std::uint64_t at = 0; names && at + sizeof(Elf64_Sym) <= symbols->sh_size; at += sizeof(Elf64_Sym)) {
      Elf64_Sym symbol = {};
      if (!take(bytes, symbols->sh_offset + at, symbol)) return std::nullopt;
      std::uint64_t name = names->sh_offset + symbol.st_name;
      if (name < bytes.size() && std::string_view(bytes).substr(name).starts_with(
                                     std::string_view(HANDOFF_ENTRY_SYMBOL, sizeof(HANDOFF_ENTRY_SYMBOL))))
        return symbol.st_value;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<AbiNumbers> abi_of_file(const std::filesystem::path& file) {
  std::expected<std::string, Unread> read = read_file(file);
  if (!read) return std::nullopt;
  const std::string& bytes = *read;
  Elf64_Ehdr header = {};
  if (!take(bytes, 0, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return std::nullopt;
  std::optional<std::uint64_t> address = entry_address(bytes, header);
  std::optional<std::uint64_t> at = address ? offset_of(bytes, header, *address) : std::nullopt;
  std::uint32_t words[5] = {};  // magic, struct_size, major, minor, minor needed
  if (!at || !take(bytes, *at, words) || words[0] != HANDOFF_ABI_MAGIC) return std::nullopt;
  return AbiNumbers{words[2], words[3], words[4]};
}

}  // namespace handoff::cli
