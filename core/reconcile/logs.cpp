#include "core/reconcile/logs.hpp"

#include <algorithm>
#include <handoff/sdk/money.hpp>
#include <map>
#include <unordered_map>

#include "core/reconcile/latency.hpp"
#include "core/reconcile/row_reader.hpp"
#include "core/reconcile/time_text.hpp"

namespace handoff::reconcile {

namespace {

using report::Cause;
using report::Finding;
using report::Kind;
using report::kSides;

constexpr std::size_t kMessageMax = 120, kDigitsMax = 3;

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return out;
}

std::optional<Side> side_named(std::string_view name) {
  auto found = std::ranges::find(report::kSideNames, name);
  if (found == report::kSideNames.end()) return std::nullopt;
  return static_cast<Side>(found - report::kSideNames.begin());
}

/// What logs call an outcome where the map says nothing else: words, and the status of HTTP.
std::optional<bool> outcome_of(const std::string& word) {
  static constexpr std::string_view kOk[] = {"OK", "SUCCESS", "SUCCEEDED", "DONE", "DELIVERED", "ACCEPTED", "TRUE"};
  static constexpr std::string_view kFailed[] = {"FAILED",  "FAILURE",  "ERROR",     "TIMEOUT", "TIMED OUT",
                                                 "REFUSED", "REJECTED", "EXCEPTION", "FALSE"};
  if (std::ranges::find(kOk, word) != std::end(kOk)) return true;
  if (std::ranges::find(kFailed, word) != std::end(kFailed)) return false;
  bool status = word.size() == 3 && std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
  if (!status) return std::nullopt;
  return word[0] == '2';
}

/// The tries that the logs show for one finding at one system.
struct Tries {
  std::int64_t ok = 0, failed = 0;
  std::string last;  // its sentence
  std::int64_t last_s = -1;
  report::Row row;
};

struct OneRow {
  Side side = Side::platform;
  bool ok = false;
  std::int64_t time_s = 0;
  std::string_view word, message;
  std::optional<std::int64_t> took_ms;
};

class Logs {
 public:
  Logs(const Request& request, report::Audit& audit) : request_(request), map_(request.log_map), audit_(audit) {
    for (std::size_t i = 0; i < audit.findings.size(); ++i) {
      const std::string& item = audit.findings[i].item;  // "KEY|when", or "|when|place" without a key
      if (std::string key = item.substr(0, item.rfind('|')); !key.empty() && !key.starts_with('|'))
        findings_[key].push_back(i);
    }
  }

  std::expected<void, Refusal> run() {
    for (const std::string& path : request_.logs)
      if (auto read = file(path); !read) return read;
    for (auto& [place, tries] : tries_) tell(audit_.findings[place.first], place.second, tries);
    figures();
    std::string names;
    for (const std::string& one : unknown_) names += (names.empty() ? "" : ", ") + one;
    if (!names.empty())
      audit_.warnings.push_back("the logs name systems that the map does not know, and their rows were left out: " +
                                names + "; say [logs] systems");
    return {};
  }

 private:
  std::expected<void, Refusal> file(const std::string& path) {
    auto input = Input::open(path);
    if (!input) return std::unexpected(input.error());
    auto columns = find_columns(**input, map_.columns);
    if (!columns) return std::unexpected(columns.error());
    std::int64_t rows = 0, bad = 0;
    std::uint64_t line = (*input)->first_line(), first_bad = 0;
    std::string first_why;
    Block block;
    for (;;) {
      auto more = (*input)->next(block);
      if (!more) return std::unexpected(more.error());
      if (!*more) break;
      line += for_rows(block, (*input)->shape(), (*input)->delimiter(), *columns, [&](const RawRow& row) {
        ++rows;
        std::string why = one(path, line + row.lines, row);
        if (why.empty() || bad++ > 0) return;
        first_bad = line + row.lines;
        first_why = why;
      });
    }
    if (bad * 2 >= rows && bad > 0)
      return std::unexpected(
          Refusal{path, first_bad,
                  first_why + " (and " + std::to_string(bad) + " of " + std::to_string(rows) + " rows cannot be read)",
                  "correct [logs] in the map"});
    if (bad > 0)
      audit_.warnings.push_back(path + ":" + std::to_string(first_bad) + ": " + first_why + "; " + std::to_string(bad) +
                                " of " + std::to_string(rows) + " rows of this log were left out");
    return {};
  }

  /// Why it cannot be read; a row that is about nothing of ours can.
  std::string one(const std::string& path, std::uint64_t line, const RawRow& row) {
    if (row.problem != nullptr) return row.problem;
    const Fields& fields = *row.fields;
    OneRow out;
    out.word = fields[at(Field::type)];
    std::string word = upper(out.word);
    if (auto written = map_.outcomes.find(word); written != map_.outcomes.end()) {
      if (written->second == "ignore") return {};
      out.ok = written->second == "ok";
    } else if (auto known = outcome_of(word)) {
      out.ok = *known;
    } else {
      return "'" + std::string(out.word.substr(0, 40)) + "' is no outcome; say [logs] outcomes";
    }
    auto side = side_of(fields[at(Field::store)]);
    if (!side) return {};
    out.side = *side;
    if (std::string why = times(fields, out); !why.empty()) return why;
    count(out);
    out.message = fields[at(Field::author)];
    if (!reference_key(fields, map_.columns, key_)) return {};
    auto found = findings_.find(key_);
    if (found == findings_.end()) return {};
    for (std::size_t finding : found->second)
      if (audit_.findings[finding].wrong[report::at(out.side)] && of_its_time(audit_.findings[finding], out.time_s))
        note(tries_[{finding, out.side}], out, path, line);
    return {};
  }

  /// Whether its reference was that of the finding's credit when the row was written, and not that of the next.
  static bool of_its_time(const Finding& finding, std::int64_t time_s) {
    return time_s >= finding.number_from_s &&
           (finding.number_until_s == 0 || (time_s != 0 && time_s < finding.number_until_s));
  }

  std::optional<Side> side_of(std::string_view written) {
    if (map_.columns.store.empty()) return side_named(map_.system_always);
    std::string word = upper(written);
    auto mapped = map_.systems.find(word);
    std::string name = mapped != map_.systems.end() ? mapped->second : std::string(written);
    std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    auto side = side_named(name);
    if (!side && unknown_.size() < 5 && std::ranges::find(unknown_, written) == unknown_.end())
      unknown_.emplace_back(written.substr(0, 40));
    return side == Side::pos ? std::nullopt : side;
  }

  std::string times(const Fields& fields, OneRow& out) const {
    if (std::string_view text = fields[at(Field::time)]; !text.empty()) {
      auto moment = parse_time(text, map_.columns, map_.columns.time_format);
      if (!moment) return "'" + std::string(text.substr(0, 40)) + "' is not a time as the map writes them";
      out.time_s = moment->utc_s;
    }
    if (std::string_view text = fields[at(Field::balance)]; !text.empty()) {
      std::string whole(text.substr(0, map_.seconds ? std::string_view::npos : text.find('.')));
      if (std::size_t dot = whole.find('.'); dot != std::string::npos) whole = whole.substr(0, dot + 4);
      out.took_ms = parse_decimal(whole, map_.seconds ? 3 : 0);
      if (!out.took_ms || *out.took_ms < 0) return "'" + std::string(text.substr(0, 40)) + "' is no duration";
    }
    return {};
  }

  void count(const OneRow& row) {
    std::size_t s = report::at(row.side);
    ++(row.ok ? ok_ : failed_)[s];
    if (row.took_ms) took_[s].add(*row.took_ms);
  }

  void note(Tries& tries, const OneRow& row, const std::string& path, std::uint64_t line) const {
    ++(row.ok ? tries.ok : tries.failed);
    if (row.time_s < tries.last_s) return;
    tries.last_s = row.time_s;
    tries.row = {row.side, path, line};
    tries.last = std::string(row.ok ? "answered '" : "failed with '") + plain_message(row.word) + "'";
    if (std::string message = plain_message(row.message); !message.empty()) tries.last += " (" + message + ")";
    if (row.took_ms) tries.last += " after " + std::to_string(*row.took_ms) + " ms";
    if (row.time_s != 0) tries.last += " at " + utc_text(row.time_s);
  }

  static void tell(Finding& finding, Side side, const Tries& tries) {
    std::int64_t all = tries.ok + tries.failed;
    std::string who(report::kSideWords[report::at(side)]);
    finding.evidence.push_back("the log shows " + std::to_string(all) + (all == 1 ? " try" : " tries") + " at " + who +
                               ", the last " + tries.last + ", " + tries.row.file + ":" +
                               std::to_string(tries.row.line));
    finding.rows.push_back(tries.row);
    if (finding.kind != Kind::missing || finding.cause == Cause::in_flight) return;
    if (tries.ok > 0) {
      finding.evidence.push_back("so it was taken there: " + who + " lost it, or the export leaves it out");
      return;
    }
    bool books = side == Side::erp;
    if (books && finding.cause == Cause::unexplained) finding.cause = Cause::f4;
    if (books && finding.cause == Cause::f4) finding.confidence = std::max(finding.confidence, 980);
  }

  void figures() {
    for (std::size_t s = 1; s < kSides; ++s)
      if (ok_[s] + failed_[s] > 0)
        audit_.logs.push_back({static_cast<Side>(s), ok_[s], failed_[s], took_[s].measured(), took_[s].at(500),
                               took_[s].at(950), took_[s].at(990)});
  }

  const Request& request_;
  const config::LogMap& map_;
  report::Audit& audit_;
  std::unordered_map<std::string, std::vector<std::size_t>> findings_;  // by key
  std::map<std::pair<std::size_t, Side>, Tries> tries_;
  std::vector<std::string> unknown_;
  report::BySide<std::int64_t> ok_{}, failed_{};
  report::BySide<Latencies> took_;
  std::string key_;
};

}  // namespace

std::string plain_message(std::string_view text) {
  std::string out, word;
  auto end_word = [&] {
    if (word.find('@') != std::string::npos) word = "***";
    out += word;
    word.clear();
  };
  std::size_t digits = 0;
  for (char c : text) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits > kDigitsMax) {
      if (digits == kDigitsMax + 1) word.replace(word.size() - kDigitsMax, kDigitsMax, "***");
    } else if (static_cast<unsigned char>(c) <= 0x20) {
      end_word();
      out += ' ';
    } else {
      word += c;
    }
    if (out.size() > kMessageMax) break;
  }
  end_word();
  if (out.size() > kMessageMax) out = out.substr(0, kMessageMax) + "...";
  return std::string(trimmed(out));
}

std::expected<void, Refusal> add_logs(const Request& request, report::Audit& audit) {
  if (request.logs.empty()) return {};
  return Logs(request, audit).run();
}

}  // namespace handoff::reconcile
