#include <algorithm>
#include <cctype>
#include <optional>

#include "tests/tidy/rules.hpp"

namespace handoff::tidy {

namespace {

bool word_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

/// Where `word` stands in `line` as a word of its own, from `from` on; npos if nowhere.
std::size_t find_word(std::string_view line, std::string_view word, std::size_t from = 0) {
  for (std::size_t at = line.find(word, from); at != std::string_view::npos; at = line.find(word, at + 1)) {
    bool begins = at == 0 || !word_char(line[at - 1]);
    bool ends = at + word.size() == line.size() || !word_char(line[at + word.size()]);
    if (begins && ends) return at;
  }
  return std::string_view::npos;
}

constexpr std::string_view kVendors[] = {
    "square",           "stripe", "voucherify",  "shopify",       "business central", "businesscentral",
    "business_central", "tryton", "bigcommerce", "vendure",       "lightspeed",       "adyen",
    "netsuite",         "odoo",   "erpnext",     "commercetools", "woocommerce",      "magento",
    "clover",           "givex",  "slack"};

/// One kind of word that must not stand in the code of `folders`, unless the file is in `but`.
struct Ban {
  std::vector<std::string_view> words;
  bool called = false;  // only where "(" follows
  std::vector<std::string_view> but;
  std::string_view instead;
};

const std::vector<Ban>& bans() {
  static const std::vector<Ban> list = {
      {{"random_device", "mt19937", "rand", "srand", "arc4random", "getrandom"},
       false,
       {"core/app/"},
       "take engine::Random in the engine, crypto::FillRandom for keys: one seed must repeat a whole run"},
      {{"time", "gettimeofday", "clock_gettime", "localtime", "gmtime", "localtime_r", "gmtime_r", "mktime"},
       true,
       {"core/app/"},
       "take engine::Clock in core and now_ms() in a connector"},
      {{"system_clock", "high_resolution_clock"},
       false,
       {"core/app/"},
       "take engine::Clock in core and now_ms() in a connector"},
      {{"steady_clock"},
       false,
       {"core/app/",
        // The network's timers, and the measured length of a step: neither decides anything about money.
        "core/net/asio_transport.cpp", "core/net/token.hpp", "core/net/client_stream.cpp", "core/net/client_stream.hpp",
        "core/net/connection.cpp", "core/net/connection.hpp", "core/net/io_loop.cpp", "core/net/io_loop.hpp",
        "core/net/server_core.cpp", "core/plugin_host/instance.cpp",
        // How long a call on a folder has waited.
        "core/files/folder_transport.cpp",
        // How long a child may take for a step, and when it is started again.
        "core/plugin_host/apart.cpp", "core/plugin_host/child.cpp", "core/plugin_host/child.hpp"},
       "take engine::Clock; a new timer of the network is named in tests/tidy/words.cpp"},
      {{"istreambuf_iterator"}, false, {}, "take read_file: the iterator throws where a read fails"},
      {{"getenv", "secure_getenv", "setenv", "putenv", "environ"},
       false,
       {"core/config/", "core/app/", "core/conformance/kit.cpp"},  // the last gives a connector another environment
       "read it from the configuration: { env = \"NAME\" }"},
      {{"sleep", "usleep", "nanosleep", "sleep_for", "sleep_until"},
       true,
       {},
       "wait for an event: engine turns by next_due(), the network by IoLoop timers"},
      {{"float", "double"},
       false,
       {"sdk/include/handoff/sdk/json.ipp", "core/config/schema.cpp"},
       "money is integers in minor units (handoff::Money), decimals are text (json::Number), shares are per mille"},
      {{"printf", "fprintf", "sprintf", "snprintf", "vsnprintf", "puts", "fputs", "sscanf", "scanf"},
       true,
       {},
       "write text with std::string, std::to_string or std::to_chars, and logs through the log seam"},
      {{"system", "popen", "abort", "exit", "longjmp", "setjmp"},
       true,
       {"core/app/"},
       "return an error; only core/app ends the process"},
  };
  return list;
}

bool in(const Source& file, const std::vector<std::string_view>& places) {
  return std::ranges::any_of(places, [&](std::string_view place) { return file.under(place); });
}

/// A call, and not a member of the same name: "std::time(", "time (", but not "row.time(" or "->time(".
bool calls(std::string_view line, std::size_t at, std::size_t size) {
  std::size_t after = line.find_first_not_of(' ', at + size);
  if (after == std::string_view::npos || line[after] != '(') return false;
  if (at >= 1 && line[at - 1] == '.') return false;
  if (at >= 2 && line.substr(at - 2, 2) == "->") return false;
  std::string_view prefix = line.substr(0, at);
  if (prefix.ends_with("std::") || prefix.ends_with("this_thread::")) return true;
  if (prefix.ends_with("::")) return at == 2 || !word_char(line[at - 3]);  // ::time( is the system's, x::time( is not
  // "int time(" declares something: a word before it that is not `return`.
  std::size_t before = line.find_last_not_of(' ', at == 0 ? 0 : at - 1);
  if (at == 0 || before == std::string_view::npos || before + 1 == at || !word_char(line[before])) return true;
  return line.substr(0, before + 1).ends_with("return");
}

bool judged_for_calls(const Source& file) {
  bool product = file.under("core/") || file.under("sdk/") || file.under("plugins/");
  return file.cpp() && product && file.path.find("/tests/") == std::string::npos;
}

void naked_new(const Source& file, Findings& out) {
  if (file.path == "sdk/include/handoff/sdk/connector.hpp") return;  // the instance crosses the ABI as a pointer
  for_lines(file.code, [&](std::size_t number, std::string_view line) {
    std::size_t at = find_word(line, "new");
    if (at == std::string_view::npos || line.find("unique_ptr") != std::string_view::npos) return;
    if (line.find("operator new") != std::string_view::npos) return;
    if (line.find("::Ptr ") != std::string_view::npos) return;  // Poco's counted pointers own what they are made of
    out.push_back({file.path, number, "a naked new",
                   "std::make_unique, or a std::unique_ptr on the same line where the constructor is private"});
  });
}

}  // namespace

Findings vendor_names(const Source& file) {
  Findings out;
  if (!file.under("core/") && !file.under("sdk/")) return out;
  for_lines(file.text, [&](std::size_t number, std::string_view line) {
    std::string small(line);
    std::ranges::transform(small, small.begin(), lower);
    for (std::string_view vendor : kVendors)
      if (find_word(small, vendor) != std::string_view::npos)
        out.push_back({file.path, number, "'" + std::string(vendor) + "' is a vendor's name",
                       "say what such a vendor does; its name belongs into plugins/, config/ and docs/"});
  });
  return out;
}

Findings banned_calls(const Source& file) {
  Findings out;
  if (!judged_for_calls(file)) return out;
  for (const Ban& ban : bans()) {
    if (in(file, ban.but)) continue;
    for_lines(file.code, [&](std::size_t number, std::string_view line) {
      if (line.find("#include") != std::string_view::npos) return;
      for (std::string_view word : ban.words) {
        for (std::size_t at = find_word(line, word); at != std::string_view::npos; at = find_word(line, word, at + 1)) {
          if (ban.called && !calls(line, at, word.size())) continue;
          out.push_back({file.path, number, "'" + std::string(word) + "' is not used here", std::string(ban.instead)});
          break;
        }
      }
    });
  }
  naked_new(file, out);
  return out;
}

Findings machine_paths(const Source& file) {
  Findings out;
  if (file.under("tests/tidy/") || file.name() == "LICENSE") return out;
  for_lines(file.text, [&](std::size_t number, std::string_view line) {
    for (std::string_view root : {"/home/", "/root/", "/work/", "/Users/", "/mnt/", "/tmp/", "C:\\"}) {
      std::size_t at = line.find(root);
      if (at == std::string_view::npos) continue;
      bool inside_longer = at > 0 && (word_char(line[at - 1]) || line[at - 1] == '.' || line[at - 1] == '}');
      if (!inside_longer)
        out.push_back({file.path, number, "a path of one machine: " + std::string(root),
                       "use a path relative to the tree, a setting, or support::TempDir"});
    }
  });
  return out;
}

Findings left_over_marks(const Source& file) {
  Findings out;
  if (file.under("tests/tidy/")) return out;
  for_lines(file.text, [&](std::size_t number, std::string_view line) {
    for (std::string_view mark : {"TODO", "FIXME"})
      if (find_word(line, mark) != std::string_view::npos)
        out.push_back({file.path, number, std::string(mark), "do it, or say in plain words what is missing and why"});
  });
  return out;
}

}  // namespace handoff::tidy
