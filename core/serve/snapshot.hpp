#pragma once
// What every system shows at about one time, fetched through the connectors for an audit (docs/adr/0018-live-audit.md).
// One run lies in one folder, a line of a file for each page and each look, so that a run that was killed goes on after its
// last whole line.

#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/engine/input.hpp"
#include "core/engine/setup.hpp"
#include "core/report/audit.hpp"

namespace handoff::serve {

/// What a system's records are of a credit: the thing itself, entries about it, or what is shown of it.
enum class Shape { cards, bookings, balances };

/// A system that an audit looks at.
struct Viewed {
  std::string connector, id;  // the operator's name, the immutable id
  report::Side side = report::Side::platform;
  Shape shape = Shape::cards;
  bool lists = false;
  std::int64_t lag_ms = 0;  // until its reads show what was done before
};

/// Of the routes; one a side. `notes` names what is left out.
std::vector<Viewed> systems_viewed(const engine::Setup& setup, std::vector<std::string>& notes);
/// Where a hop leads, if an audit looks there.
std::optional<report::Side> side_of(const engine::Setup& setup, std::string_view connector_name, std::string_view op);

/// How long a credit may be under way to each side: what its hops' `sla` say, a day where none is written. Seconds.
report::BySide<std::int64_t> audit_sla(const engine::Setup& setup);

/// Why a run does not go on. Empty: the daemon stops, and the run goes on at the next start.
struct Halt {
  std::string why;
};
using Going = std::expected<void, Halt>;

/// Lines of JSON in the files of one folder (0700). Every append is synced.
class LineFolder {
 public:
  explicit LineFolder(std::string path) : path_(std::move(path)) {}
  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  /// Whole lines, in order. What a killed run left behind the last of them is cut off.
  std::vector<json::Value> lines(const std::string& name) const;
  Going append(const std::string& name, const json::Value& line) const;
  void remove(const std::string& name) const;

 private:
  std::string path_;
};

inline constexpr int kLookTriesMax = 8;  // of one page or look, a minute apart at last

/// Asks the engine and waits; nothing if the daemon stops.
using AskEngine = std::function<std::optional<engine::ReadOutcome>(engine::Look)>;
/// Waits; false if the daemon stops.
using Pause = std::function<bool(std::int64_t ms)>;

struct Listed {
  bool complete = false;
  std::string why;  // not complete
  std::vector<json::Value> records;
  std::vector<std::size_t> pages;  // the first record of each page after the first
};

/// Fetches what is missing of a listing.
Going take_listing(const Viewed& system, const ListInput& range, const LineFolder& folder, const AskEngine& ask,
                   const Pause& pause);
Listed listing_of(const Viewed& system, const LineFolder& folder);

/// One look at what an effect did.
struct Looked {
  std::string why;  // nothing could be read: no conclusion
  std::vector<json::Value> records;
};
using Looks = std::map<std::int64_t, Looked>;  // by effect
Looks looks_of(const LineFolder& folder);

inline constexpr std::size_t kLooksMax = 50'000;  // in one audit, of one system
inline constexpr int kSilentMax = 3;              // looks in a row that a system left unanswered: it is asked no more

/// Looks at what effects did, those that the folder has not got yet.
class Looker {
 public:
  Looker(const LineFolder& folder, AskEngine ask, Pause pause, std::size_t most = kLooksMax)
      : folder_(folder), ask_(std::move(ask)), pause_(std::move(pause)), most_(most), done_(looks_of(folder)) {}
  /// All of one credit at a system, or, where that would be too many, none.
  Going look(const std::string& connector, const std::vector<std::int64_t>& effects);
  /// Systems of which there was more to look at.
  const std::set<std::string>& cut() const { return cut_; }

 private:
  Going take(const std::string& connector, std::int64_t effect);

  const LineFolder& folder_;
  AskEngine ask_;
  Pause pause_;
  std::size_t most_;
  Looks done_;
  std::map<std::string, std::set<std::int64_t>> of_;  // by connector
  std::map<std::string, int> silent_;                 // in a row
  std::set<std::string> cut_;
};

}  // namespace handoff::serve
