// Whether an import is called by the connector or only by a C++ runtime that is linked into its file. The calls of
// x86-64 are found by their distance, backwards from the import to whoever leads to it.

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "core/plugin_host/elf.hpp"
#include "core/plugin_host/plugin.hpp"

namespace handoff::plugin_host {

namespace {

/// What the two runtimes have for those who read files, sleep and ask for the time.
constexpr std::array<std::string_view, 14> kRuntime = {"_ZNSt3__111this_thread9sleep_for",
                                                       "_ZNSt3__113basic_filebufI",
                                                       "_ZNSt3__114basic_ifstreamI",
                                                       "_ZNSt3__114basic_ofstreamI",
                                                       "_ZNSt3__113basic_fstreamI",
                                                       "_ZNSt3__16chrono12system_clock3now",
                                                       "_ZNSt3__16chrono12steady_clock3now",
                                                       "_ZNSt11this_thread11__sleep_for",
                                                       "_ZNSt13basic_filebufI",
                                                       "_ZNSt12__basic_fileI",
                                                       "_ZNSt14basic_ifstreamI",
                                                       "_ZNSt14basic_ofstreamI",
                                                       "_ZNSt13basic_fstreamI",
                                                       "_ZNSt6chrono3_V212"};

bool of_runtime(std::string_view function) {
  return std::ranges::any_of(kRuntime, [&](std::string_view begin) { return function.starts_with(begin); });
}

/// A runtime inside finds the way of an exception itself, by the list of what is loaded, and takes nothing of C++ from
/// outside.
bool has_runtime_inside(const Symbols& symbols) {
  return std::ranges::any_of(
             symbols.imported,
             [](const std::string& name) { return name == "_dl_find_object" || name == "dl_iterate_phdr"; }) &&
         std::ranges::none_of(symbols.imported, [](const std::string& name) {
           return name.starts_with("_ZNSt") || name.starts_with("_ZSt") || name.starts_with("__cxa_throw");
         });
}

/// Imports that libc++ always has, and by which a run is ended where it gets there: of those alone it may stay open who
/// calls them.
bool comes_with_libcxx(const Elf& elf, std::string_view import) {
  return (import == "fopen" || import == "nanosleep") && elf.bytes.all().find("libc++abi: ") != std::string_view::npos;
}

class Calls {
 public:
  explicit Calls(const Elf& elf) : elf_(elf) {
    for (const Elf64_Shdr& section : elf.sections)
      if (section.sh_type == SHT_SYMTAB) add_functions(section);
  }

  bool named() const { return !functions_.empty(); }

  bool only_by_runtime(const std::string& import) const {
    std::set<std::uint64_t> seen;
    std::set<std::uint64_t> targets =
        places_of([&](const Elf64_Sym&, std::string_view name) { return name == import; });
    bool any = false;
    while (!targets.empty()) {
      const std::set<std::uint64_t> callers = callers_of(targets, any);
      targets.clear();
      for (std::uint64_t caller : callers) {
        auto function = functions_.find(caller);
        if (function == functions_.end() || !of_runtime(function->second.name) || in_a_table(caller)) return false;
        if (!seen.insert(caller).second) continue;
        targets.insert(caller);  // and, where it could be replaced by another of its name, its slot
        targets.merge(places_of([&](const Elf64_Sym& symbol, std::string_view) { return symbol.st_value == caller; }));
      }
    }
    return any;
  }

 private:
  struct Function {
    std::uint64_t size = 0;
    std::string name;
  };

  std::string_view text_at(const Elf64_Shdr& names, std::uint64_t at) const {
    std::string_view all = elf_.bytes.view(names.sh_offset, names.sh_size);
    return at < all.size() ? all.substr(at, all.substr(at).find('\0')) : std::string_view();
  }
  const Elf64_Shdr* linked(const Elf64_Shdr& section) const {
    return section.sh_link < elf_.sections.size() ? &elf_.sections[section.sh_link] : nullptr;
  }

  void add_functions(const Elf64_Shdr& section) {
    const Elf64_Shdr* names = linked(section);
    Elf64_Sym symbol = {};
    for (std::uint64_t at = 0; names && at + sizeof symbol <= section.sh_size; at += sizeof symbol)
      if (elf_.bytes.read(section.sh_offset + at, symbol) && ELF64_ST_TYPE(symbol.st_info) == STT_FUNC &&
          symbol.st_shndx != SHN_UNDEF)
        functions_[symbol.st_value] = {symbol.st_size, std::string(text_at(*names, symbol.st_name))};
  }

  /// Each relocation of the file with the name of its symbol.
  template <class Visit>
  void relocations(Visit visit) const {
    for (const Elf64_Shdr& section : elf_.sections) {
      const Elf64_Shdr* symbols = section.sh_type == SHT_RELA ? linked(section) : nullptr;
      const Elf64_Shdr* names = symbols ? linked(*symbols) : nullptr;
      Elf64_Rela one = {};
      for (std::uint64_t at = 0; names && at + sizeof one <= section.sh_size; at += sizeof one) {
        Elf64_Sym symbol = {};
        if (!elf_.bytes.read(section.sh_offset + at, one)) return;
        if (!elf_.bytes.read(symbols->sh_offset + ELF64_R_SYM(one.r_info) * sizeof symbol, symbol)) continue;
        visit(one, symbol, text_at(*names, symbol.st_name));
      }
    }
  }

  /// The slots of a symbol, and the small pieces of code that jump through them.
  template <class Match>
  std::set<std::uint64_t> places_of(Match match) const {
    std::set<std::uint64_t> out;
    relocations([&](const Elf64_Rela& one, const Elf64_Sym& symbol, std::string_view name) {
      if (match(symbol, name)) out.insert(one.r_offset);
    });
    constexpr std::uint64_t kPiece = 16;
    references(std::set(out), true, [&](std::uint64_t from) { out.insert(from / kPiece * kPiece); });
    return out;
  }

  /// Every place in the code, or in the jump tables, that refers to one of the targets by its distance.
  template <class Visit>
  void references(const std::set<std::uint64_t>& targets, bool jump_tables, Visit visit) const {
    for (const Elf64_Shdr& section : elf_.sections) {
      if (section.sh_type != SHT_PROGBITS || (section.sh_flags & SHF_EXECINSTR) == 0) continue;
      const Elf64_Shdr& heads = elf_.sections[std::min<std::size_t>(elf_.names, elf_.sections.size() - 1)];
      if (text_at(heads, section.sh_name).starts_with(".plt") != jump_tables) continue;
      const std::string_view code = elf_.bytes.view(section.sh_offset, section.sh_size);
      for (std::size_t at = 1; at + 4 <= code.size(); ++at) {
        const auto before = static_cast<unsigned char>(code[at - 1]);
        const bool jumps =
            before == 0xE8 || before == 0xE9 || (before & 0xF0) == 0x80;  // call, jmp, the second byte of jcc
        if (!jumps && (before & 0xC7) != 0x05) continue;                  // an operand relative to what follows
        std::int32_t distance = 0;
        std::memcpy(&distance, code.data() + at, sizeof distance);
        const std::uint64_t here = section.sh_addr + at;
        if (targets.contains(here + 4 + static_cast<std::uint64_t>(static_cast<std::int64_t>(distance)))) visit(here);
      }
    }
  }

  /// The functions that refer to one of the targets; of what lies in none the place itself, which is no function's.
  std::set<std::uint64_t> callers_of(const std::set<std::uint64_t>& targets, bool& any) const {
    std::set<std::uint64_t> out;
    references(targets, false, [&](std::uint64_t from) {
      any = true;
      auto after = functions_.upper_bound(from);
      const bool inside = after != functions_.begin() && from < std::prev(after)->first + std::prev(after)->second.size;
      out.insert(inside ? std::prev(after)->first : from);
    });
    return out;
  }

  /// Whether its address stands in a table, for whoever finds it there.
  bool in_a_table(std::uint64_t function) const {
    bool out = false;
    relocations([&](const Elf64_Rela& one, const Elf64_Sym&, std::string_view) {
      out = out ||
            (ELF64_R_TYPE(one.r_info) == R_X86_64_RELATIVE && static_cast<std::uint64_t>(one.r_addend) == function);
    });
    return out;
  }

  const Elf& elf_;
  std::map<std::uint64_t, Function> functions_;
};

}  // namespace

Caller caller_of(const std::filesystem::path& file, const std::string& import) {
  auto elf = read_elf(file);
  auto symbols = dynamic_symbols(file);
  if (!elf || !symbols || !has_runtime_inside(*symbols)) return Caller::connector;
  const Calls calls(*elf);
  if (elf->machine != EM_X86_64 || !calls.named())
    return comes_with_libcxx(*elf, import) ? Caller::not_known : Caller::connector;
  return calls.only_by_runtime(import) ? Caller::runtime : Caller::connector;
}

}  // namespace handoff::plugin_host
