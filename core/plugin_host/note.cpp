#include <elf.h>

#include <cstring>
#include <vector>

#include "core/model/read_file.hpp"
#include "core/plugin_host/plugin.hpp"

namespace handoff::plugin_host {

namespace {

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
  std::string_view view(std::uint64_t at, std::uint64_t size) const {
    if (!holds(at, size)) return {};
    return std::string_view(data_).substr(at, size);
  }

 private:
  std::string data_;
};

constexpr std::uint64_t align4(std::uint64_t size) { return (size + 3) & ~std::uint64_t{3}; }

/// The descriptor of our note inside one note section, or an empty view.
std::string_view find_note(const Bytes& bytes, std::uint64_t at, std::uint64_t size) {
  std::uint64_t end = at + size;
  while (at + sizeof(Elf64_Nhdr) <= end) {
    Elf64_Nhdr note = {};
    if (!bytes.read(at, note)) return {};
    std::uint64_t name_at = at + sizeof note;
    std::uint64_t text_at = name_at + align4(note.n_namesz);
    std::string_view name = bytes.view(name_at, note.n_namesz);
    if (note.n_type == HANDOFF_NOTE_TYPE && name == std::string_view(HANDOFF_NOTE_OWNER, sizeof(HANDOFF_NOTE_OWNER)))
      return bytes.view(text_at, note.n_descsz);
    at = text_at + align4(note.n_descsz);
  }
  return {};
}

/// An ELF file with the heads of its sections.
struct Elf {
  Bytes bytes;
  std::vector<Elf64_Shdr> sections;
};

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

/// `name`: how messages call the file.
std::expected<Elf, std::string> parse_elf(std::string data, const std::string& name) {
  Elf out{Bytes(std::move(data)), {}};
  Elf64_Ehdr header = {};
  if (!out.bytes.read(0, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_ident[EI_CLASS] != ELFCLASS64)
    return std::unexpected(name + ": is no 64-bit ELF file");
  if (kOurs != EM_NONE && header.e_machine != kOurs)
    return std::unexpected(name + ": is for " + machine_name(header.e_machine) + ", this machine is " + machine_name(kOurs) +
                           "; take the one that is built for it");
  const std::string cut = name + ": is cut short; copy it again";
  for (unsigned i = 0; i < header.e_shnum; ++i) {
    Elf64_Shdr section = {};
    if (!out.bytes.read(header.e_shoff + std::uint64_t{i} * header.e_shentsize, section)) return std::unexpected(cut);
    if (section.sh_type != SHT_NOBITS && !out.bytes.holds(section.sh_offset, section.sh_size)) return std::unexpected(cut);
    out.sections.push_back(section);
  }
  return out;
}

std::expected<Elf, std::string> read_elf(const std::filesystem::path& file) {
  std::expected<std::string, Unread> text = read_plain_file(file);
  if (!text) return std::unexpected(text.error().text());
  return parse_elf(std::move(*text), file.string());
}

std::expected<std::string, std::string> note_of(const Elf& elf, const std::string& name) {
  for (const Elf64_Shdr& section : elf.sections) {
    if (section.sh_type != SHT_NOTE) continue;
    std::string_view found = find_note(elf.bytes, section.sh_offset, section.sh_size);
    if (!found.empty()) return std::string(found);
  }
  return std::unexpected(name + ": carries no connector.json; build it with handoff_add_connector()");
}

}  // namespace

std::expected<Symbols, std::string> dynamic_symbols(const std::filesystem::path& file) {
  auto elf = read_elf(file);
  if (!elf) return std::unexpected(elf.error());
  Symbols out;
  for (const Elf64_Shdr& section : elf->sections) {
    if (section.sh_type != SHT_DYNSYM || section.sh_link >= elf->sections.size()) continue;
    const Elf64_Shdr& names = elf->sections[section.sh_link];
    std::string_view text = elf->bytes.view(names.sh_offset, names.sh_size);
    for (std::uint64_t at = 0; at + sizeof(Elf64_Sym) <= section.sh_size; at += sizeof(Elf64_Sym)) {
      Elf64_Sym symbol = {};
      if (!elf->bytes.read(section.sh_offset + at, symbol)) break;
      if (symbol.st_name == 0 || symbol.st_name >= text.size()) continue;
      std::string_view name = text.substr(symbol.st_name);
      (symbol.st_shndx == SHN_UNDEF ? out.imported : out.exported).emplace_back(name.substr(0, name.find('\0')));
    }
  }
  return out;
}

std::expected<std::string, std::string> read_note(const std::filesystem::path& file) {
  auto elf = read_elf(file);
  return elf ? note_of(*elf, file.string()) : std::unexpected(elf.error());
}

std::expected<std::string, std::string> note_in(std::string data, const std::string& name) {
  auto elf = parse_elf(std::move(data), name);
  return elf ? note_of(*elf, name) : std::unexpected(elf.error());
}

}  // namespace handoff::plugin_host
