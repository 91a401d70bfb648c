#include "core/app/cli/audit_request.hpp"

#include <algorithm>
#include <charconv>
#include <handoff/sdk/currency.hpp>
#include <thread>

#include "core/reconcile/guess.hpp"
#include "core/reconcile/pipe.hpp"
#include "core/reconcile/time_text.hpp"

namespace handoff::cli {

namespace {

using report::kSides;

Failure usage(const std::string& text) { return {text, kUsage, "usage"}; }

/// "90", "30d", "256M": a whole number and one of the units.
std::optional<std::int64_t> with_unit(std::string_view text, std::string_view units,
                                      const std::vector<std::int64_t>& sizes) {
  std::int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (error != std::errc() || number < 0 || unit.size() != 1) return std::nullopt;
  std::size_t which = units.find(unit.front());
  if (which == std::string_view::npos || number > 1'000'000'000) return std::nullopt;
  return number * sizes[which];
}
std::optional<std::int64_t> bytes_of(std::string_view text) {
  return with_unit(text, "KMG", {1 << 10, 1 << 20, 1 << 30});
}

std::expected<void, Failure> read_sla(const std::vector<std::string>& written, reconcile::Request& out) {
  for (const std::string& one : written) {
    std::size_t sign = one.find('=');
    std::optional<std::int64_t> time = seconds_of(sign == std::string::npos ? one : one.substr(sign + 1));
    if (!time) return std::unexpected(usage("--sla " + one + ": write a time, 2h, or storefront=2h"));
    if (sign == std::string::npos) {
      out.sla_s.fill(*time);
      continue;
    }
    auto side = std::ranges::find(report::kSideNames, one.substr(0, sign));
    if (side == report::kSideNames.end())
      return std::unexpected(usage("--sla " + one + ": the side is platform, payments, erp or storefront"));
    out.sla_s[static_cast<std::size_t>(side - report::kSideNames.begin())] = *time;
  }
  return {};
}

std::expected<void, Failure> read_rows(const std::vector<std::string>& written, reconcile::Request& out) {
  for (const std::string& one : written) {
    std::size_t sign = std::min(one.find('='), one.size());
    auto side = std::ranges::find(report::kSideNames, one.substr(0, sign));
    std::int64_t rows = 0;
    const char *begin = one.data() + std::min(sign + 1, one.size()), *end = one.data() + one.size();
    auto [stop, error] = std::from_chars(begin, end, rows);
    if (side == report::kSideNames.end() || error != std::errc() || stop != end || rows < 0)
      return std::unexpected(usage("--rows " + one + ": write a side and a number, pos=20000"));
    auto s = static_cast<std::size_t>(side - report::kSideNames.begin());
    if (out.files[s].empty()) return std::unexpected(usage("--rows " + one + ": no file of that side is given"));
    out.rows[s] = rows;
  }
  return {};
}

std::expected<void, Failure> read_limits(const Options::Audit& in, reconcile::Request& out) {
  std::optional<std::int64_t> window = seconds_of(in.window), memory = bytes_of(in.memory);
  if (!window || *window == 0) return std::unexpected(usage("--window " + in.window + ": write a time: 30d, 4w"));
  if (!memory || *memory < (16 << 20))
    return std::unexpected(usage("--memory " + in.memory + ": write a size from 16M on"));
  out.window_s = *window;
  out.memory_bytes = static_cast<std::size_t>(*memory);
  if (!in.as_of.empty()) {
    auto moment = reconcile::parse_time(in.as_of, config::TimeFormat::iso, 0);
    if (!moment) return std::unexpected(usage("--as-of " + in.as_of + ": write it like 2026-11-30T00:00:00Z"));
    out.as_of_s = moment->utc_s;
  }
  if (!in.currency.empty() && !currency_exponent(in.currency))
    return std::unexpected(usage("--currency " + in.currency + ": not a code of ISO 4217"));
  out.threads = in.threads != 0 ? in.threads : std::max(1u, std::thread::hardware_concurrency());
  out.work_folder = !in.work.empty() ? in.work : !in.folder.empty() ? in.folder : ".";
  if (auto rows = read_rows(in.rows, out); !rows) return rows;
  return read_sla(in.sla, out);
}

/// Whoever reads the report has to know what was taken for what.
std::string guessed_columns(const std::string& name, const std::string& toml) {
  std::string out = name + ": the columns were guessed: ";
  for (std::size_t at = toml.find('\n') + 1; at < toml.size();) {
    std::size_t end = std::min(toml.find('\n', at), toml.size());
    out.append(toml, at, end - at);
    at = end + 1;
    out += at < toml.size() ? ", " : "; look at them with --guess, and keep them by --map";
  }
  return out;
}

std::expected<void, Failure> read_log_map(const config::ExportMaps& written, AuditRequest& out) {
  if (out.request.logs.empty()) return {};
  if (written.logs) {
    out.request.log_map = *written.logs;
  } else {
    auto guess = reconcile::guess_log_map(out.request.logs.front());
    if (!guess) return std::unexpected(Failure{guess.error().text()});
    out.request.log_map = std::move(guess->map);
    out.guessed.push_back(guessed_columns("logs", config::to_toml(out.request.log_map)));
    for (const std::string& doubt : guess->doubts) out.doubts.push_back("logs: " + doubt);
  }
  out.map_text += "\n" + config::to_toml(out.request.log_map);
  return {};
}

/// A map says how days are written, in whichever country.
void region_in_vain(const std::string& region, const report::BySide<std::optional<config::ExportMap>>& written,
                    AuditRequest& out) {
  std::string sides;
  for (std::size_t s = 0; s < kSides; ++s)
    if (written[s] && !out.request.files[s].empty())
      sides += (sides.empty() ? "" : ", ") + std::string(report::kSideNames[s]);
  if (!region.empty() && !sides.empty())
    out.warnings.push_back("--region " + region + " is not used for " + sides +
                           ": the map says how days are written there (time_format)");
}

std::expected<void, Failure> read_maps(const Options::Audit& in, AuditRequest& out) {
  config::ExportMaps written;
  if (!in.map.empty()) {
    auto maps = config::load_export_maps(in.map);
    if (!maps) return std::unexpected(Failure{"the map is wrong\n" + config::render(maps.error()), kUsage, "map"});
    written = std::move(*maps);
  }
  report::BySide<std::optional<config::ExportMap>> by_side;
  for (std::size_t s = 0; s < kSides; ++s)
    if (auto found = written.sides.find(report::kSideNames[s]); found != written.sides.end())
      by_side[s] = found->second;
  region_in_vain(in.region, by_side, out);
  auto guesses = reconcile::guess_maps(out.request.files, by_side, in.region, in.currency);
  if (!guesses) return std::unexpected(Failure{guesses.error().text()});
  for (std::size_t s = 0; s < kSides; ++s) {
    if (out.request.files[s].empty()) continue;
    std::string name(report::kSideNames[s]);
    const reconcile::Guess& guess = (*guesses)[s];
    config::ExportMap& map = out.request.maps[s];
    map = guess.map;
    if (!guess.missing.empty() && !in.guess)
      return std::unexpected(
          Failure{out.request.files[s].front() + ":1: " + guess.missing +
                  "; begin a map with the same command and --guess, fill it in, and give it by --map"});
    if (!guess.missing.empty()) out.doubts.push_back(name + ": " + guess.missing + ": fill them in below");
    for (const std::string& doubt : guess.doubts) out.doubts.push_back(name + ": " + doubt);
    if (map.currency.empty() && map.currency_always.empty()) map.currency_always = in.currency;
    std::string toml = config::to_toml(name, map);
    if (!by_side[s]) out.guessed.push_back(guessed_columns(name, toml));
    out.map_text += (out.map_text.empty() ? "" : "\n") + toml;
    if (map.currency.empty() && map.currency_always.empty() && !in.guess)
      return std::unexpected(Failure{out.request.files[s].front() +
                                     ": no column says the currency; give --currency USD, or "
                                     "currency_always in the map"});
  }
  return read_log_map(written, out);
}

std::expected<void, Failure> read_pipes(reconcile::Request& request) {
  auto read = [&](std::vector<std::string>& paths) -> std::expected<void, Failure> {
    for (std::string& path : paths) {
      auto file = reconcile::file_for(path, request.work_folder);
      if (!file) return std::unexpected(Failure{file.error().text()});
      path = std::move(*file);
    }
    return {};
  };
  for (std::vector<std::string>& side : request.files)
    if (auto done = read(side); !done) return done;
  return read(request.logs);
}

}  // namespace

std::optional<std::int64_t> seconds_of(std::string_view text) {
  return with_unit(text, "smhdw", {1, 60, 3600, 86'400, 604'800});
}

std::expected<AuditRequest, Failure> read_audit_request(const Options& options) {
  const Options::Audit& in = options.audit;
  AuditRequest out;
  out.request.files = {in.pos, in.platform, in.payments, in.erp, in.storefront};
  out.request.logs = in.logs;
  bool other = false;
  for (std::size_t s = 1; s < kSides; ++s) other = other || !out.request.files[s].empty();
  if (in.pos.empty())
    return std::unexpected(usage("--pos is missing: what the registers issued; or say --live, to a running hub"));
  if (!other && !in.guess)
    return std::unexpected(
        usage("nothing to compare the registers with; give --platform, --storefront, --payments or --erp"));
  if (auto limits = read_limits(in, out.request); !limits) return std::unexpected(limits.error());
  if (auto pipes = read_pipes(out.request); !pipes) return std::unexpected(pipes.error());
  if (auto maps = read_maps(in, out); !maps) return std::unexpected(maps.error());
  return out;
}

}  // namespace handoff::cli
