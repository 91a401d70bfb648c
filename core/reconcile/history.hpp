#pragma once
// What an audit found before: each finding by its stable id, from the first audit that had it to the one that has not any
// more (INVARIANTS C6, C7). Kept as one file, for audits of exports and of a running hub alike.

#include <expected>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/report/audit.hpp"

namespace handoff::reconcile {

/// A finding through the audits. Times as audits write them, UTC.
struct Past {
  std::string id, kind, cause, reference, currency, difference, store;
  std::vector<std::string> differs_at;
  std::int64_t issued_s = 0;
  std::string week;  // of its issue, the Monday; empty: the audits that had it did not say
  std::string first_seen, last_seen, closed_at, evidence;  // closed_at empty: open
  std::int64_t seen = 0;                                   // in so many audits
};

struct History {
  std::string as_of;  // of the newest audit in it
  std::vector<Past> items;
  std::vector<report::Snapshot> audits;  // what each counted, the oldest first: that is the baseline
};

/// history.json. The error says what is wrong with it.
std::expected<History, std::string> read_history(std::string_view text);
std::string write_history(const History& history);

/// What an audit has to look for (Request::known): id and reference of what is open.
std::map<std::string, std::string> open_findings(const History& history);

/// Takes the audit in and tells it what was known: its findings since when, what was counted before, and what is gone.
/// Only what was met again is gone (Audit::met): its credit was compared, on the sides that differed. An absence proves nothing, since a file may
/// leave out a store or a day; so a credit that no file shows any more stays open, and so does an entry that no register
/// issued and that its side does not show any more. Such an entry is gone when a register's credit of its reference is met
/// with it, or when it is met taken back; and where the listings are complete (Audit::complete), when it is not in them.
/// What is gone counts in the week of its issue, and the trend is judged anew: else a backlog that was repaired would leave
/// the last week alone with its gaps.
/// What it did not look at (outside its window, a side it lacks, `unjudged` references) stays open. The same cut-off again
/// changes nothing. The error: the audit is older than the history.
std::expected<void, std::string> follow(History& history, report::Audit& audit,
                                        const std::set<std::string>& unjudged = {});
/// After that: what the audit before found gone, and of whose reference nothing is open.
std::vector<report::Gone> gone_before(const History& history, const report::Audit& audit);

}  // namespace handoff::reconcile
