#include "core/reconcile/logs.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <unordered_map>

#include "core/reconcile/latency.hpp"
#include "core/reconcile/log_rows.hpp"
#include "core/reconcile/rows.hpp"
#include "core/reconcile/time_text.hpp"

namespace handoff::reconcile {

namespace {

using report::Cause;
using report::Finding;
using report::Kind;
using report::kSides;

constexpr std::size_t kMessageMax = 120, kDigitsMax = 3;

/// The tries that the logs show for one finding at one system.
struct Tries {
  std::int64_t ok = 0, failed = 0;
  std::string last;  // its sentence
  std::int64_t last_s = -1;
  report::Row row;
};

/// A key is looked for as it stands in the row.
struct Hash : std::hash<std::string_view> {
  using is_transparent = void;
};

class Logs {
 public:
  explicit Logs(report::Audit& audit) : audit_(audit) {
    for (std::size_t i = 0; i < audit.findings.size(); ++i) {
      const std::string& item = audit.findings[i].item;  // "KEY|when", or "|when|place" without a key
      if (std::string key = item.substr(0, item.rfind('|')); !key.empty() && !key.starts_with('|'))
        findings_[key].push_back(i);
    }
  }

  void add(const LogRow& row) {
    std::size_t s = report::at(row.side);
    ++(row.ok ? ok_ : failed_)[s];
    if (row.took_ms) took_[s].add(*row.took_ms);
    auto found = findings_.find(row.key);
    if (found == findings_.end()) return;
    for (std::size_t finding : found->second)
      if (audit_.findings[finding].wrong[s] && of_its_time(audit_.findings[finding], row.time_s))
        note(tries_[{finding, row.side}], row);
  }

  void tell() {
    for (auto& [place, tries] : tries_) tell(audit_.findings[place.first], place.second, tries);
    for (std::size_t s = 1; s < kSides; ++s)
      if (ok_[s] + failed_[s] > 0)
        audit_.logs.push_back({static_cast<Side>(s), ok_[s], failed_[s], took_[s].measured(), took_[s].at(500),
                               took_[s].at(950), took_[s].at(990)});
  }

 private:
  /// Whether its reference was that of the finding's credit when the row was written, and not that of the next.
  static bool of_its_time(const Finding& finding, std::int64_t time_s) {
    return time_s >= finding.number_from_s &&
           (finding.number_until_s == 0 || (time_s != 0 && time_s < finding.number_until_s));
  }

  static void note(Tries& tries, const LogRow& row) {
    ++(row.ok ? tries.ok : tries.failed);
    if (row.time_s < tries.last_s) return;
    tries.last_s = row.time_s;
    tries.row = {row.side, std::string(row.file), row.line};
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

  report::Audit& audit_;
  std::unordered_map<std::string, std::vector<std::size_t>, Hash, std::equal_to<>> findings_;  // by key
  std::map<std::pair<std::size_t, Side>, Tries> tries_;
  report::BySide<std::int64_t> ok_{}, failed_{};
  report::BySide<Latencies> took_;
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

std::expected<void, Refusal> shelve_answers(const Request& request, const report::BySide<bool>& timeless,
                                            Shelf& shelf) {
  if (request.logs.empty() || std::ranges::none_of(timeless, std::identity())) return {};
  ShelfWriter writer(shelf);
  bool stored = true;
  auto read = read_logs(request, [&](const LogRow& row) {
    bool timed = row.time_s > 0 && row.time_s <= std::numeric_limits<std::uint32_t>::max();
    bool named = !row.key.empty() && row.key.size() <= kKeyMax;
    if (!row.ok || !timed || !named || !timeless[report::at(row.side)]) return;
    Record record;
    record.key = row.key;
    record.time_s = static_cast<std::uint32_t>(row.time_s);
    record.side = row.side;
    record.what = What::answer;
    stored = writer.put(record) && stored;
  });
  if (!read) return std::unexpected(read.error());
  if (writer.finish() && stored) return {};
  return std::unexpected(Refusal{"", 0, shelf.error(), "give --work a folder with room"});
}

std::expected<void, Refusal> add_logs(const Request& request, report::Audit& audit) {
  if (request.logs.empty()) return {};
  Logs logs(audit);
  auto read = read_logs(request, [&logs](const LogRow& row) { logs.add(row); });
  if (!read) return std::unexpected(read.error());
  logs.tell();
  std::ranges::move(*read, std::back_inserter(audit.warnings));
  return {};
}

}  // namespace handoff::reconcile
