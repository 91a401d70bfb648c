#include "core/plugin_host/elf.hpp"
#include "core/plugin_host/plugin.hpp"

namespace handoff::plugin_host {

namespace {

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
