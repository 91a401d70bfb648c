#include "core/plugin_host/elf.hpp"

#include "core/model/read_file.hpp"

namespace handoff::plugin_host {

namespace {

#if defined(__x86_64__)
constexpr std::uint16_t kOurs = EM_X86_64;
#elif defined(__aarch64__)
constexpr std::uint16_t kOurs = EM_AARCH64;
#else
constexpr std::uint16_t kOurs = EM_NONE;  // not known here: the loader will tell
#endif

std::string machine_name(std::uint16_t machine) {
  if (machine == EM_X86_64) return "x86-64";
  if (machine == EM_AARCH64) return "AArch64";
  return machine == EM_RISCV ? "RISC-V" : "machine " + std::to_string(machine);
}

}  // namespace

std::expected<Elf, std::string> parse_elf(std::string data, const std::string& name) {
  Elf out{Bytes(std::move(data)), {}, 0, 0};
  Elf64_Ehdr header = {};
  if (!out.bytes.read(0, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_ident[EI_CLASS] != ELFCLASS64)
    return std::unexpected(name + ": is no 64-bit ELF file");
  if (kOurs != EM_NONE && header.e_machine != kOurs)
    return std::unexpected(name + ": is for " + machine_name(header.e_machine) + ", this machine is " +
                           machine_name(kOurs) + "; take the one that is built for it");
  out.machine = header.e_machine;
  out.names = header.e_shstrndx;
  const std::string cut = name + ": is cut short; copy it again";
  for (unsigned i = 0; i < header.e_shnum; ++i) {
    Elf64_Shdr section = {};
    if (!out.bytes.read(header.e_shoff + std::uint64_t{i} * header.e_shentsize, section)) return std::unexpected(cut);
    if (section.sh_type != SHT_NOBITS && !out.bytes.holds(section.sh_offset, section.sh_size))
      return std::unexpected(cut);
    out.sections.push_back(section);
  }
  return out;
}

std::expected<Elf, std::string> read_elf(const std::filesystem::path& file) {
  std::expected<std::string, Unread> text = read_plain_file(file);
  if (!text) return std::unexpected(text.error().text());
  return parse_elf(std::move(*text), file.string());
}

}  // namespace handoff::plugin_host
