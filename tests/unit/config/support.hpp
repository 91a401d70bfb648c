#pragma once
// Fake plugins for the tests: the sheets in tests/unit/config/manifests.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>

#include "core/config/load.hpp"

namespace handoff::config::testing {

inline const std::filesystem::path kHere = HANDOFF_CONFIG_TESTS;

inline std::string contents(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

using Manifests = std::map<std::string, Manifest>;

inline void add_manifest(const std::filesystem::path& file, Manifests& out) {
  std::expected<Manifest, std::string> sheet = parse_manifest(contents(file));
  if (!sheet) throw std::runtime_error(file.string() + ": " + sheet.error());
  std::string id = sheet->id;
  out.emplace(id, std::move(*sheet));
}

/// The test-only sheets, by plugin id. They live as long as the program, as a catalogue's sheets must.
inline const Manifests& manifests() {
  static const Manifests all = [] {
    Manifests out;
    for (const auto& file : std::filesystem::directory_iterator(kHere / "manifests")) add_manifest(file.path(), out);
    return out;
  }();
  return all;
}

/// The sheets of our own connectors.
inline const Manifests& real_manifests() {
  static const Manifests all = [] {
    Manifests out;
    for (const auto& folder : std::filesystem::directory_iterator(HANDOFF_PLUGINS))
      if (std::filesystem::exists(folder.path() / "connector.json"))
        add_manifest(folder.path() / "connector.json", out);
    return out;
  }();
  return all;
}

inline Catalogue catalogue(const Manifests& sheets = manifests()) {
  std::vector<std::string> names;
  for (const auto& [name, sheet] : sheets) names.push_back(name);
  auto find = [&sheets](std::string_view plugin) -> Catalogue::Answer {
    auto found = sheets.find(std::string(plugin));
    if (found == sheets.end()) return std::unexpected("there is no plugins/" + std::string(plugin) + ".so");
    return &found->second;
  };
  return Catalogue(find, names);
}

/// `text` without every occurrence of `part`.
inline std::string without(std::string text, const std::string& part) {
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos;) text.erase(at, part.size());
  return text;
}

/// A folder that goes with the test.
class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "handoff-config-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = pattern;
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace handoff::config::testing
