#include "core/app/cli/audit_live.hpp"

#include <filesystem>
#include <fstream>
#include <ostream>

#include "core/app/cli/audit_request.hpp"
#include "core/app/cli/words.hpp"
#include "core/reconcile/time_text.hpp"
#include "core/report/audit.hpp"

namespace handoff::cli {

namespace {

constexpr std::int64_t kWordMs = 60'000;  // where no terminal shows each step

std::expected<json::Value, Failure> finished(const Hub& hub, json::Value run, Console& console) {
  std::string target = "/v1/audits/" + percent_encoded(text_of(run.at("audit")));
  std::int64_t since = console.now_ms(), said = since;
  while (text_of(run.at("state")) == "running") {
    std::int64_t now_ms = console.now_ms();
    if (console.err_is_tty)
      console.err << "\r\033[K" << text_of(run.at("step")) << ", " << duration(now_ms - since) << std::flush;
    if (!console.err_is_tty && now_ms - said >= kWordMs) {
      said = now_ms;
      console.err << "handoff: audit " << text_of(run.at("audit")) << " is under way for " << duration(now_ms - since)
                  << ": " << text_of(run.at("step"))
                  << ". A system that does not answer is left out in the end; see: handoff check\n"
                  << std::flush;
    }
    auto now = hub.need("GET", target + "?seen=" + percent_encoded(text_of(run.at("step"))));
    if (!now) return std::unexpected(now.error());
    run = std::move(*now);
  }
  if (console.err_is_tty) console.err << "\r\033[K" << std::flush;
  if (text_of(run.at("state")) == "done") return run;
  return std::unexpected(Failure{"audit " + text_of(run.at("audit")) + " failed: " + text_of(run.at("why"))});
}

std::expected<void, Failure> copy(const Hub& hub, const std::string& audit, const std::string& name,
                                  const std::filesystem::path& to) {
  std::string target = "/v1/audits/" + percent_encoded(audit) + "/" + percent_encoded(name) + "?from=";
  std::ofstream out(to, std::ios::binary | std::ios::trunc);
  for (std::int64_t from = 0;;) {
    auto piece = hub.need("GET", target + std::to_string(from));
    if (!piece) return std::unexpected(piece.error());
    out << piece->at("text").as_string();
    from = number_of(piece->at("next"));
    if (from == 0) break;
  }
  out.flush();
  if (!out) return std::unexpected(Failure{to.string() + ": cannot be written"});
  return {};
}

/// A run that was under way may look less far back than this one was to: of what lies before it nothing was fetched, and an
/// audit would take that for gone.
std::expected<void, Failure> within_run(const json::Value& run, std::int64_t window_s, LiveExports& out) {
  Options::Audit& to = out.options.audit;
  std::int64_t since_ms = number_of(run.at("since_ms")), looked_s = (number_of(run.at("until_ms")) - since_ms) / 1000;
  if (looked_s < window_s)
    out.notes.push_back("audit " + text_of(run.at("audit")) + ", which looks back " + duration(looked_s * 1000) +
                        ", was under way and is what you see; for --window " + to.window + " run it again");
  auto as_of = reconcile::parse_time(to.as_of, config::TimeFormat::iso, 0);
  if (!as_of) return {};  // is refused where it is read
  std::int64_t held_s = as_of->utc_s - (since_ms + 999) / 1000;
  if (held_s <= 0)
    return std::unexpected(Failure{"--as-of " + to.as_of + ": what was fetched begins at " +
                                       reconcile::utc_text(since_ms / 1000) + "; look further back with --window TIME",
                                   kUsage, "usage"});
  if (held_s < window_s) to.window = std::to_string(held_s) + "s";
  return {};
}

}  // namespace

std::expected<LiveExports, Failure> fetch_live(const Options& options, Console& console) {
  const Options::Audit& in = options.audit;
  for (const auto* given : {&in.pos, &in.platform, &in.payments, &in.erp, &in.storefront})
    if (!given->empty())
      return std::unexpected(
          Failure{"--live fetches what the systems have; give either it or their exports", kUsage, "usage"});
  if (!in.rows.empty())
    return std::unexpected(Failure{"--rows is for files: a listing says itself how much it has", kUsage, "usage"});
  if (in.folder.empty()) return std::unexpected(Failure{"--live needs -o DIR, for what it fetches", kUsage, "usage"});
  std::optional<std::int64_t> window = seconds_of(in.window);
  if (!window || *window == 0)
    return std::unexpected(Failure{"--window " + in.window + ": write a time: 30d, 4w", kUsage, "usage"});
  auto hub = Hub::find(options, console);
  if (!hub) return std::unexpected(hub.error());
  json::Value order(json::Object{{"window_ms", *window * 1000}});
  auto begun = hub->need("POST", "/v1/audits", &order);
  if (!begun) return std::unexpected(begun.error());
  auto run = finished(*hub, std::move(*begun), console);
  if (!run) return std::unexpected(run.error());

  std::filesystem::path folder = std::filesystem::path(in.folder) / "exports";
  std::error_code error;
  std::filesystem::remove(folder / "history.json", error);
  for (std::string_view side : report::kSideNames)
    std::filesystem::remove(folder / (std::string(side) + ".csv"), error);
  std::filesystem::create_directories(folder, error);
  if (error) return std::unexpected(Failure{folder.string() + ": " + error.message()});
  LiveExports out;
  out.options = options;
  Options::Audit& to = out.options.audit;
  std::vector<std::string>* const sides[] = {&to.pos, &to.platform, &to.payments, &to.erp, &to.storefront};
  for (const json::Value& file : run->at("files").as_array()) {
    std::string name = text_of(file.at("name"));
    bool wanted = name == "map.toml" || name == "unjudged.txt" || name == "history.json";
    for (std::size_t s = 0; s < report::kSides; ++s)
      if (name == std::string(report::kSideNames[s]) + ".csv") {
        *sides[s] = {(folder / name).string()};
        wanted = true;
      }
    if (!wanted) continue;
    if (auto copied = copy(*hub, text_of(run->at("audit")), name, folder / name); !copied)
      return std::unexpected(copied.error());
  }
  to.map = (folder / "map.toml").string();
  if (to.as_of.empty()) to.as_of = reconcile::utc_text(number_of(run->at("as_of_ms")) / 1000);
  if (auto within = within_run(*run, *window, out); !within) return std::unexpected(within.error());
  for (const json::Value& note : run->at("notes").as_array()) out.notes.push_back(text_of(note));
  for (const json::Value& one : run->at("left_out").as_array()) out.left_out.push_back(text_of(one));
  return out;
}

}  // namespace handoff::cli
