#pragma once
// TOML in, settings or complaints out. No vendor is called, no plugin code runs, no secret is read.

#include <concepts>
#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/settings.hpp"

namespace handoff::config {

/// How `load` learns what a plugin can do: the sheet, or why there is none ("no plugins/sqare.so"). The sheets must
/// outlive the settings, which point at them. `names`, where known, feed the did-you-mean.
class Catalogue {
 public:
  using Answer = std::expected<const Manifest*, std::string>;
  template <class Find>
    requires std::is_invocable_r_v<Answer, Find, std::string_view>
  Catalogue(Find find, std::vector<std::string> names = {}) : find_(std::move(find)), names_(std::move(names)) {}

  Answer find(std::string_view plugin) const { return find_(plugin); }
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::function<Answer(std::string_view)> find_;
  std::vector<std::string> names_;
};

/// `path`: one .toml file, or a folder whose *.toml are merged in the order of their names. Either settings (with
/// warnings in them), or every complaint there is, in the order of the text. A file with a syntax error is named and
/// left out; so are then the complaints that could be its fault. [any thread] [reads files only]
std::expected<Settings, Diagnostics> load(const std::filesystem::path& path, const Catalogue& catalogue);

/// What could be read, beside every complaint, for whoever has more to say of it.
struct Loaded {
  Settings settings;
  Diagnostics complaints;
  bool whole = true;  // no file was left out
};
Loaded load_all(const std::filesystem::path& path, const Catalogue& catalogue);

/// What [plugins] directories says, joined to the configuration's folder; by default "plugins" there, then `shipped`.
/// For building the catalogue before `load`; never complains, `load` does.
std::vector<std::filesystem::path> plugin_directories(const std::filesystem::path& path,
                                                      const std::vector<std::filesystem::path>& shipped = {});

}  // namespace handoff::config
