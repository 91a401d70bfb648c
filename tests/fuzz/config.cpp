// A configuration: settings, or complaints that each stand at a place inside the file; twice the same either way.
// Nothing is thrown. Input: a whole handoff.toml, read against the sheets of our own connectors.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/config/load.hpp"
#include "core/config/scalars.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace handoff::fuzz {

namespace {

using Sheets = std::map<std::string, Manifest, std::less<>>;

const Sheets& sheets() {
  static const Sheets all = [] {
    Sheets out;
    for (const auto& folder : std::filesystem::directory_iterator(HANDOFF_PLUGINS)) {
      std::ifstream in(folder.path() / "connector.json", std::ios::binary);
      auto sheet = parse_manifest(std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()));
      if (sheet) out.emplace(sheet->id, *sheet);
    }
    return out;
  }();
  must(!all.empty(), "there are sheets to read against");
  return all;
}

config::Catalogue catalogue() {
  std::vector<std::string> names;
  for (const auto& [name, sheet] : sheets()) names.push_back(name);
  auto find = [](std::string_view plugin) -> config::Catalogue::Answer {
    auto found = sheets().find(plugin);
    if (found == sheets().end()) return std::unexpected("there is no such plugin");
    return &found->second;
  };
  return config::Catalogue(find, names);
}

void judge(const config::Diagnostics& all, const std::string& path, std::string_view text) {
  auto lines = 1 + std::ranges::count(text, '\n');
  for (const config::Diagnostic& one : all) {
    std::string shown = config::render({one});
    must(one.file == path, "a complaint names the file", shown);
    must(one.line >= 0 && one.line <= lines, "a complaint stands on a line of the file", shown);
    must(one.col >= 0 && static_cast<std::size_t>(one.col) <= text.size() + 1, "a complaint stands in its line", shown);
    must((one.line == 0) == (one.col == 0), "a place has a line and a column", shown);
    must(!one.message.empty(), "a complaint has words", shown);
    must(std::ranges::count(shown, '\n') == 1, "a complaint is one line", shown);
    must(is_utf8(shown) || !is_utf8(text), "complaints about UTF-8 are UTF-8", shown);
  }
}

std::string outcome(const std::expected<config::Settings, config::Diagnostics>& loaded) {
  return (loaded ? "settings\n" : "complaints\n") + config::render(loaded ? loaded->warnings : loaded.error());
}

/// The small values that stand in strings.
void scalars(std::string_view text) {
  if (auto duration = config::parse_duration(text)) {
    must(duration->count() >= 0, "a duration is not negative", text);
    must(config::parse_duration(config::duration_text(*duration)) == *duration, "a duration is written as it is read",
         text);
  }
  if (auto money = config::parse_money(text)) {
    must(money->is_positive(), "an amount is positive", text);
    must(config::parse_money(money->text()) == *money, "an amount is written as it is read", text);
  }
  if (auto address = config::parse_address(text))
    must(!config::is_loopback(address->host) || !config::is_wildcard(address->host), "loopback is not every interface");
  if (auto offset = config::parse_utc_offset(text))
    must(offset->count() >= -14 * 60 && offset->count() <= 14 * 60, "an offset is at most fourteen hours", text);
  if (auto region = config::parse_region(text)) must(region->size() == 2, "a region is two letters", text);
  if (config::is_http_url(text)) must(text.find(' ') == std::string_view::npos, "an address has no spaces", text);
}

}  // namespace

void one_input(std::string_view bytes) {
  static const MemoryFile file;
  const std::string& path = file.path();
  file.write(bytes);
  auto loaded = config::load(path, catalogue());
  judge(loaded ? loaded->warnings : loaded.error(), path, bytes);
  must(loaded.has_value() != config::has_error(loaded ? loaded->warnings : loaded.error()),
       "settings come without errors, and nothing comes with one");
  must(outcome(config::load(path, catalogue())) == outcome(loaded), "a file is read the same twice");
  must(!config::plugin_directories(path).empty(), "plugins are looked for somewhere");
  scalars(bytes.substr(0, bytes.find('\n')));
}

}  // namespace handoff::fuzz
