// connector new: copies the template of a role, which lies beside this program in the build tree and where it is
// installed, and puts the name in.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <ostream>

#include "core/app/cli/commands.hpp"
#include "core/app/cli/files.hpp"
#include "core/app/cli/hub.hpp"

namespace handoff::cli {

namespace {

using std::filesystem::path;

/// Which folder of the template a role is started from. Payments and books are the same work.
const std::map<std::string, std::string>& kinds() {
  static const std::map<std::string, std::string> list = {
      {"platform", "platform"}, {"payments", "booking"},    {"erp", "booking"},  {"storefront", "storefront"},
      {"pos", "pos"},           {"customers", "customers"}, {"notify", "notify"}};
  return list;
}

std::expected<path, Failure> find_template() {
  std::error_code error;
  path program = std::filesystem::read_symlink("/proc/self/exe", error);
  path found = program.parent_path() / ".." / "share" / "handoff_sdk" / "template";
  if (std::filesystem::is_directory(found / "common", error)) return found.lexically_normal();
  return std::unexpected(Failure{"the template is not at " + found.lexically_normal().string() +
                                 "; install the SDK again: cmake --install BUILD --component sdk"});
}

/// Where CMake finds the SDK that this template belongs to; empty in a build tree, where it is not installed.
std::string prefix_of(const path& from) {
  std::error_code error;
  const path prefix = from.parent_path().parent_path().parent_path();
  for (const char* libraries : {"lib", "lib64"})
    if (std::filesystem::is_directory(prefix / libraries / "cmake" / "handoff_sdk", error)) return prefix.string();
  return {};
}

bool good_name(const std::string& name) {
  return name.size() >= 2 && name.size() <= 40 && name.front() >= 'a' && name.front() <= 'z' &&
         std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

/// "linden_points" as "LindenPoints" and, with `gap`, as "Linden Points".
std::string in_capitals(const std::string& name, const std::string& gap) {
  std::string out;
  bool capital = true;
  for (char c : name) {
    if (c == '_') {
      capital = true;
      continue;
    }
    if (capital && !out.empty()) out += gap;
    out += capital && c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
    capital = false;
  }
  return out;
}

using Words = std::vector<std::pair<std::string, std::string>>;

std::string replaced(std::string text, const Words& words) {
  for (const auto& [from, to] : words)
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
  return text;
}

/// Copies one folder of the template; the names of the files it made are added to `made`.
std::expected<void, Failure> copy(const path& from, const path& to, const Words& words,
                                  std::vector<std::string>& made) {
  for (const auto& item : std::filesystem::recursive_directory_iterator(from)) {
    if (!item.is_regular_file() || item.path().extension() != ".in") continue;
    std::expected<std::string, Failure> text = read_whole(item.path());
    if (!text) return std::unexpected(text.error());
    std::string name = replaced(std::filesystem::relative(item.path(), from).replace_extension().string(), words);
    std::error_code error;
    std::filesystem::create_directories((to / name).parent_path(), error);
    std::ofstream out(to / name, std::ios::binary);
    out << replaced(*text, words);
    if (!out.flush()) return std::unexpected(Failure{(to / name).string() + ": cannot be written"});
    made.push_back(name);
  }
  return {};
}

void print_made(const Options& options, const path& directory, const std::string& prefix,
                const std::vector<std::string>& made, Console& console) {
  if (options.json) {
    json::Array files;
    for (const std::string& file : made) files.emplace_back(file);
    json::Object out;
    out.set("connector", options.connector).set("role", options.role).set("directory", directory.string());
    out.set("files", std::move(files));
    console.out << pretty(json::Value(std::move(out)));
    return;
  }
  console.out << directory.string() << ": a connector, as " << options.role << "\n\n";
  for (const std::string& file : made) console.out << "  " << file << "\n";
  console.out << "\nIts checks fail until every stub is filled; README.md says in which order. Build it:\n\n  cd "
              << directory.string() << "\n  cmake -G Ninja -B build -DCMAKE_PREFIX_PATH="
              << (prefix.empty() ? "...   # where the SDK is" : '"' + prefix + '"') << "\n"
              << "  cmake --build build\n  ctest --test-dir build --output-on-failure\n";
}

}  // namespace

int connector_new(const Options& options, Console& console) {
  const std::string& name = options.connector;
  if (!good_name(name))
    return fail(options, console,
                {"'" + name + "' is no id: 2 to 40 lower-case letters, digits and _, beginning with a letter", kUsage,
                 "usage"});
  if (name == "handoff")  // the namespace of the SDK
    return fail(options, console, {"'" + name + "' is the hub's own name; take the vendor's", kUsage, "usage"});
  path directory = options.directory.empty() ? path(name) : path(options.directory);
  std::error_code error;
  if (std::filesystem::exists(directory, error) && !std::filesystem::is_empty(directory, error))
    return fail(options, console, {directory.string() + ": is there already, and not empty"});
  auto from = find_template();
  if (!from) return fail(options, console, from.error());
  const std::string prefix = prefix_of(*from);
  const Words words = {{"@name@", name},
                       {"@prefix@", prefix.empty() ? "$HOME/handoff-sdk" : prefix},
                       {"@Name@", in_capitals(name, " ")},
                       {"@Class@", in_capitals(name, "")},
                       {"@role@", options.role},
                       {"@settings@", options.role == "notify" ? "{}" : R"({"currency": "USD"})"},
                       {"NAME_test", name + "_test"}};
  std::vector<std::string> made;
  for (const std::string& folder : {std::string("common"), kinds().at(options.role)}) {
    auto copied = copy(*from / folder, directory, words, made);
    if (!copied) return fail(options, console, copied.error());
  }
  std::ranges::sort(made);
  print_made(options, directory, prefix, made, console);
  return kFine;
}

}  // namespace handoff::cli
