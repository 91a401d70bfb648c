#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "tests/tidy/rules.hpp"

namespace handoff::tidy {

namespace {

using Names = std::set<std::string, std::less<>>;

/// DESIGN of the house: app -> serve, engine, reconcile -> the folders that do one thing -> model -> sdk.
/// `crypto` and `log` lie below all of them. A new folder of core gets its line here first.
const Names kOneThing = {"routing", "identity", "plugin_host", "journal", "net", "config", "report"};
const Names kBelow = {"model", "crypto", "log"};

Names joined(const Names& a, const Names& b) {
  Names out = a;
  out.insert(b.begin(), b.end());
  return out;
}

const std::map<std::string, Names, std::less<>>& may_include() {
  static const std::map<std::string, Names, std::less<>> arrows = [] {
    std::map<std::string, Names, std::less<>> out;
    out["crypto"] = {};
    out["log"] = {};
    out["model"] = {"crypto", "log"};
    for (const std::string& folder : kOneThing) out[folder] = kBelow;
    out["files"] = joined(kBelow, {"net"});  // another end of net::Transport
    out["engine"] = joined(kBelow, {"routing", "identity", "plugin_host", "journal", "net"});
    out["reconcile"] = joined(kBelow, kOneThing);
    out["serve"] = joined(joined(kBelow, kOneThing), {"engine", "files", "reconcile"});
    out["conformance"] = joined(kBelow, {"plugin_host", "engine"});  // judges with the engine's judge
    out["app"] = joined(out["serve"], {"serve", "conformance"});
    return out;
  }();
  return arrows;
}

/// A library of others, and the places that may see it. Everything else goes through them.
struct Library {
  std::string_view prefix;  // of the included name
  std::vector<std::string_view> places;
  std::string_view instead;
};
const std::vector<Library>& libraries() {
  static const std::vector<Library> list = {
      {"boost/asio", {"core/net/"}, "use net::Transport, net::Server or net::IoLoop"},
      {"boost/beast", {"core/net/"}, "use net::Transport or net::Server"},
      {"boost/dll", {"core/plugin_host/"}, "use plugin_host::Plugin"},
      {"boost/json", {"core/config/", "core/net/", "sdk/include/handoff/sdk/json.ipp"}, "use handoff::json"},
      {"sqlite3", {"core/journal/"}, "use journal::Store or journal::Reader"},
      {"toml++", {"core/config/"}, "use config::load"},
      {"valijson", {"core/config/"}, "let config check settings"},
      {"spdlog", {"core/log/"}, "log through core/log, which masks"},
      {"openssl", {"core/crypto/", "core/net/"}, "use crypto"},
      {"sodium", {"core/crypto/"}, "use crypto::Vault"},
      {"zlib.h", {"core/reconcile/"}, "read files through reconcile::Input"},
      {"zstd.h", {"core/reconcile/"}, "read files through reconcile::Input"},
      {"phonenumbers/", {"core/identity/phone.cpp", "core/identity/plain_phone.cpp"}, "use identity::normalise_phone"},
      {"idn2.h", {"core/identity/email.cpp"}, "use identity::normalise_email"},
      {"CLI/", {"core/app/"}, "parse command lines in core/app"},
      {"Poco/", {"core/app/"}, "use net, or do it in core/app"},
      {"sys/", {"core/"}, ""},
      {"linux/", {"core/"}, ""},
      {"netinet/", {"core/net/"}, "use net"},
      {"arpa/", {"core/net/", "core/config/"}, "use net"},
  };
  return list;
}

struct Include {
  std::string name;
  bool quoted = false;
  std::size_t line = 0;
};

std::vector<Include> includes(const Source& file) {
  std::vector<Include> out;
  for_lines(file.text, [&](std::size_t number, std::string_view line) {
    std::size_t hash = line.find_first_not_of(" \t");
    if (hash == std::string_view::npos || line[hash] != '#') return;
    std::size_t word = line.find_first_not_of(" \t", hash + 1);
    if (word == std::string_view::npos || !line.substr(word).starts_with("include")) return;
    std::size_t open = line.find_first_of("<\"", word);
    if (open == std::string_view::npos) return;
    std::size_t close = line.find_first_of(">\"", open + 1);
    if (close == std::string_view::npos) return;
    out.push_back({std::string(line.substr(open + 1, close - open - 1)), line[open] == '"', number});
  });
  return out;
}

/// "net" of "core/net/server.cpp".
std::optional<std::string> folder_of(std::string_view path, std::string_view root) {
  if (!path.starts_with(root)) return std::nullopt;
  std::string_view rest = path.substr(root.size());
  std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  return std::string(rest.substr(0, slash));
}

std::string list(const Names& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out.empty() ? "no other folder of core" : out;
}

std::optional<Finding> judge_core(const Source& file, const std::string& folder, const Include& include) {
  auto allowed = may_include().find(folder);
  if (allowed == may_include().end())
    return Finding{file.path, 0, "core/" + folder + " has no arrows", "give it a line in tests/tidy/arrows.cpp"};
  if (include.name.starts_with("handoff/testing"))
    return Finding{file.path, include.line, "core includes the test kit", "move this to tests/"};
  std::optional<std::string> target = folder_of(include.name, "core/");
  if (!target) {
    if (include.quoted && !include.name.starts_with("handoff/") && !include.name.starts_with("core/"))
      return Finding{file.path, include.line, "\"" + include.name + "\" does not say where it is",
                     "write \"core/" + folder + "/...\""};
    return std::nullopt;
  }
  if (*target == folder || allowed->second.contains(*target)) return std::nullopt;
  return Finding{file.path, include.line, "core/" + folder + " includes core/" + *target,
                 "it may include " + list(allowed->second) + "; turn the dependency around or pass a value"};
}

std::optional<Finding> judge_sdk(const Source& file, const Include& include) {
  bool inside = include.name.starts_with("handoff/") &&
                (file.under("sdk/testing/") || !include.name.starts_with("handoff/testing"));
  bool standard = !include.quoted && include.name.find('/') == std::string::npos;
  if (inside || standard || include.name.starts_with("boost/json")) return std::nullopt;
  return Finding{file.path, include.line, "the SDK includes " + include.name,
                 "an SDK header includes the standard library and <handoff/...> only"};
}

std::optional<Finding> judge_plugin(const Source& file, const std::string& folder, const Include& include) {
  bool test = file.under("plugins/" + folder + "/tests/");
  bool kit = include.name.starts_with("handoff/testing") || include.name.starts_with("gtest/");
  bool sdk = include.name.starts_with("handoff/sdk/") || include.name == "handoff/abi.h";
  bool standard = !include.quoted && include.name.find('/') == std::string::npos;
  bool own = include.quoted && include.name.find('/') == std::string::npos;
  if (sdk || standard || own || (test && kit)) return std::nullopt;
  return Finding{file.path, include.line, "the connector includes " + include.name,
                 "a connector includes its own files, the standard library and <handoff/sdk/...>; ask the host by a "
                 "call for anything else"};
}

}  // namespace

Findings broken_arrows(const Source& file) {
  Findings out;
  if (!file.cpp()) return out;
  for (const Include& include : includes(file)) {
    std::optional<Finding> found;
    if (include.name.starts_with("plugins/") && !file.under("plugins/"))
      found = Finding{file.path, include.line, "it includes a connector",
                      "load it through plugin_host; nothing includes a connector"};
    else if (auto core = folder_of(file.path, "core/"))
      found = judge_core(file, *core, include);
    else if (file.under("sdk/"))
      found = judge_sdk(file, include);
    else if (auto plugin = folder_of(file.path, "plugins/"))
      found = judge_plugin(file, *plugin, include);
    else if (file.under("examples/sandbox/") &&
             (include.name.starts_with("core/") || include.name.starts_with("handoff/")))
      found = Finding{file.path, include.line, "the sandbox includes the product",
                      "write it again here: the sandbox must not share our mistakes"};
    if (found) out.push_back(std::move(*found));
  }
  return out;
}

Findings strange_libraries(const Source& file) {
  Findings out;
  if (!file.cpp() || !file.under("core/")) return out;
  for (const Include& include : includes(file)) {
    if (include.quoted || include.name.starts_with("handoff/")) continue;
    auto known = std::ranges::find_if(libraries(),
                                      [&](const Library& library) { return include.name.starts_with(library.prefix); });
    if (known == libraries().end()) {
      if (include.name.find('/') != std::string::npos)
        out.push_back({file.path, include.line, "<" + include.name + "> is new here",
                       "name the one folder that may see it in tests/tidy/arrows.cpp, or do without"});
      continue;
    }
    bool allowed = std::ranges::any_of(known->places, [&](std::string_view place) { return file.under(place); });
    if (!allowed)
      out.push_back({file.path, include.line,
                     "<" + include.name + "> belongs to " + std::string(known->places.front()) + " alone",
                     std::string(known->instead)});
  }
  return out;
}

Findings own_header_not_first(const Source& file, const std::vector<Source>& tree) {
  if (!file.path.ends_with(".cpp") || !(file.under("core/") || file.under("plugins/"))) return {};
  std::string header = file.path.substr(0, file.path.size() - 4) + ".hpp";
  if (std::ranges::find(tree, header, &Source::path) == tree.end()) return {};
  std::vector<Include> all = includes(file);
  if (!all.empty() && header.ends_with(all.front().name)) return {};
  return {{file.path, all.empty() ? 1 : all.front().line, "its own header does not come first",
           "include \"" + header + "\" before anything else, so that it is known to compile alone"}};
}

}  // namespace handoff::tidy
