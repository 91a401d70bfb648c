#include "core/conformance/kit.hpp"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "core/conformance/confine.hpp"
#include "core/conformance/waivers.hpp"
#include "core/crypto/hash.hpp"
#include "core/model/read_file.hpp"

namespace handoff::conformance {

namespace {

/// From here on only the connector's own code may want something of the system: OpenSSL reads its configuration at its
/// first use, and the host digests every call.
void confine_after_warming_up(int pipe) {
  crypto::sha256("");
  confine(pipe);
}

/// Another environment: every variable there is has another value, and some that connectors might look for are there.
void change_environment(int times) {
  std::vector<std::string> names = {"TZ", "LANG", "LC_ALL", "HOME", "USER", "HOSTNAME", "HTTP_PROXY", "HTTPS_PROXY"};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    std::string_view text(*entry);
    names.emplace_back(text.substr(0, text.find('=')));
  }
  for (const std::string& name : names) setenv(name.c_str(), ("kit" + std::to_string(times)).c_str(), 1);
}

/// Another layout of memory in each process: what depends on addresses, or on memory never written, shows.
void shake(int times) {
  change_environment(times);
  mallopt(M_PERTURB, 0x5A + times);
  mmap(nullptr, (std::size_t{1} << 26) + static_cast<std::size_t>(times) * 12'345 * 4096, PROT_NONE,
       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  // Holes of every small size, freed in another order each time: neighbours in a program are none in its memory.
  // Enough that what the host takes before the connector runs, its sheet above all, leaves most of them.
  constexpr std::size_t kHoles = 9973;  // a prime, so that each step below visits all
  static std::vector<std::unique_ptr<char[]>> holes;
  for (std::size_t i = 0; i < kHoles; ++i) holes.push_back(std::make_unique<char[]>(16 + i * 16 % 128));
  std::size_t stride = static_cast<std::size_t>(times) * 131 + 7;
  for (std::size_t i = 0; i < kHoles / 2; ++i) holes[i * stride % kHoles].reset();
}

constexpr int kOtherProcesses = 6;

Result loads_result() {
  return {"loads",
          "the file is loaded as a hub would load it",
          "a hub that cannot load it does not start",
          "build it with handoff_add_connector() and this SDK",
          true,
          {}};
}

class Kit {
 public:
  Kit(const Request& request, json::Value sheet, Folder folder, Model model)
      : request_(request), sheet_(std::move(sheet)), folder_(std::move(folder)), model_(std::move(model)) {}

  /// The connector is loaded and every settings text tried, before any case.
  Result loads() const {
    Result out = loads_result();
    ChildEnd end = in_child(request_.limits, [&](Reporter& reporter) {
      auto plugin = plugin_host::Plugin::load(request_.file);
      if (!plugin) return report(reporter, "", plugin.error());
      confine_after_warming_up(reporter.pipe());
      Bench bench(**plugin, sheet_, folder_, model_, reporter);
      for (const Cassette* cassette : bench.cassettes()) bench.instance(*cassette);
    });
    take(end, out);
    return out;
  }

  Result run(const Case& one) const {
    Result out{one.id, one.title, one.why, one.todo, one.money, {}};
    if (one.run == case_two_processes)
      for (int times = 1; times <= kOtherProcesses && out.findings.empty(); ++times)
        compare(child(one, 0), child(one, times), out);
    else
      take(child(one, 0), out);
    return out;
  }

 private:
  static void report(Reporter& reporter, const std::string& cassette, const std::string& what) {
    json::Object out;
    out.set("cassette", cassette).set("what", what);
    reporter.finding(json::Value(std::move(out)));
  }

  ChildEnd child(const Case& one, int shaken) const {
    return in_child(request_.limits, [&](Reporter& reporter) {
      if (shaken > 0) shake(shaken);
      auto plugin = plugin_host::Plugin::load(request_.file);
      if (!plugin) return report(reporter, "", plugin.error());
      bool reads_the_file = one.run == case_symbols;
      if (!reads_the_file) confine_after_warming_up(reporter.pipe());
      Bench bench(**plugin, sheet_, folder_, model_, reporter);
      one.run(bench);
    });
  }

  void trouble(const ChildEnd& end, Result& out) const {
    if (!end.trouble.empty())
      out.findings.push_back({"", end.trouble + (end.where.empty() ? "" : " (" + end.where + ")"), ""});
    if (!end.said.empty() && !said_)
      out.findings.push_back(
          {"", "it writes to stdout or stderr, where a connector writes nothing: " + end.said.substr(0, 200), ""});
    said_ = said_ || !end.said.empty();  // once is enough: most cases would find it
  }

  void take(const ChildEnd& end, Result& out) const {
    for (const json::Value& finding : end.findings)
      if (finding.at("untried").string())
        out.untried.push_back(*finding.at("untried").string());
      else
        out.findings.push_back(
            {std::string(finding.at("cassette").as_string()), std::string(finding.at("what").as_string()), ""});
    trouble(end, out);
  }

  /// Each finding of these two children is a digest of what a cassette's run said.
  void compare(const ChildEnd& one, const ChildEnd& other, Result& out) const {
    for (std::size_t i = 0; i < std::min(one.findings.size(), other.findings.size()); ++i)
      if (one.findings[i] != other.findings[i])
        out.findings.push_back({std::string(one.findings[i].at("cassette").as_string()),
                                "two processes are asked the same and say something different", ""});
    trouble(one, out);
    trouble(other, out);
  }

  mutable bool said_ = false;
  const Request& request_;
  json::Value sheet_;
  Folder folder_;
  Model model_;
};

/// The id in a connector.json on disk; empty if there is none.
std::string id_of(const std::filesystem::path& manifest) {
  std::expected<std::string, Unread> text = read_file(manifest);
  json::Parsed parsed = json::parse(text ? *text : std::string());
  return parsed ? std::string(parsed->at("id").as_string()) : std::string();
}

/// connector.json as it is written into the file; the file can be read.
json::Value sheet_of(const std::filesystem::path& file) {
  auto note = plugin_host::read_note(file);
  json::Parsed parsed = note ? json::parse(*note) : json::Parsed();
  return parsed ? *parsed : json::Value();
}

std::expected<Manifest, std::string> manifest_of(const std::filesystem::path& file) {
  auto note = plugin_host::read_note(file);
  if (!note) return std::unexpected(note.error());
  auto manifest = parse_manifest(*note);
  if (!manifest) return std::unexpected(file.string() + ": connector.json: " + manifest.error());
  return manifest;
}

std::expected<std::vector<const Case*>, std::string> chosen(const std::vector<std::string>& only) {
  std::vector<const Case*> out;
  for (const Case& one : all_cases())
    if (only.empty() || std::ranges::find(only, one.id) != only.end()) out.push_back(&one);
  for (const std::string& wanted : only)
    if (wanted != loads_result().id &&
        std::ranges::none_of(all_cases(), [&](const Case& one) { return one.id == wanted; }))
      return std::unexpected("there is no case '" + wanted + "'; see: handoff connector test --list");
  return out;
}

}  // namespace

bool Result::passed() const {
  return std::ranges::all_of(findings, [](const Finding& finding) { return !finding.waived.empty(); });
}

bool Report::passed() const { return std::ranges::all_of(results, &Result::passed); }

std::size_t Report::findings() const {
  std::size_t out = 0;
  for (const Result& result : results)
    out += static_cast<std::size_t>(
        std::ranges::count_if(result.findings, [](const Finding& finding) { return finding.waived.empty(); }));
  return out;
}

std::expected<std::filesystem::path, std::string> find_folder(const std::filesystem::path& file) {
  auto manifest = manifest_of(file);
  if (!manifest) return std::unexpected(manifest.error());
  std::error_code error;
  std::filesystem::path beside = std::filesystem::absolute(file, error).parent_path();
  for (const std::filesystem::path& place :
       {std::filesystem::current_path(error), beside, beside / "..", beside / ".." / ".."}) {
    std::filesystem::path folder = (place / "conformance").lexically_normal();
    if (id_of(place / "connector.json") == manifest->id && std::filesystem::is_directory(folder, error)) return folder;
  }
  return std::unexpected("no conformance/ beside the connector.json of '" + manifest->id +
                         "'; name the folder with --cassettes DIR");
}

std::expected<Report, std::string> run(const Request& request) {
  auto cases = chosen(request.only);
  if (!cases) return std::unexpected(cases.error());
  Report out;
  out.file = request.file;
  auto manifest = manifest_of(request.file);
  if (!manifest) {
    out.connector = request.file.filename().string();
    out.results.push_back(loads_result());
    out.results.back().findings.push_back({"", manifest.error(), ""});
    return out;
  }
  out.connector = manifest->id;
  out.version = manifest->version;
  out.folder = request.folder;
  if (out.folder.empty()) {
    auto found = find_folder(request.file);
    if (!found) return std::unexpected(found.error());
    out.folder = *found;
  }
  Folder folder = read_folder(out.folder);
  Model model = read_model(folder.model, folder.problems);
  std::vector<Waiver> waivers = folder.waivers;
  out.played = static_cast<std::size_t>(std::ranges::count_if(
      folder.cassettes, [&](const Cassette& one) { return !one.stub && manifest->operation(one.operation); }));
  Kit kit(request, sheet_of(request.file), std::move(folder), std::move(model));
  out.results.push_back(kit.loads());
  bool usable = out.results.front().findings.empty();
  for (const Case* one : usable ? *cases : std::vector<const Case*>()) out.results.push_back(kit.run(*one));
  apply_waivers(waivers, usable && request.only.empty(), out);
  return out;
}

}  // namespace handoff::conformance
