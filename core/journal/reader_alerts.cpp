// What the courier looks at.

#include "core/journal/reader.hpp"

namespace handoff::journal {

std::vector<AlertRow> Reader::alerts() {
  Statement look;
  look.prepare(db_,
               "SELECT contact, channel, cause, count, times, told_at FROM alerts ORDER BY contact, channel, cause");
  std::vector<AlertRow> out;
  for (look.begin(); look.row();)
    out.push_back({look.text(0), look.text(1), look.text(2), look.integer(3), look.integer(4), look.integer(5)});
  return out;
}

std::vector<AlertChannelRow> Reader::alert_channels() {
  Statement look;
  look.prepare(
      db_, "SELECT channel, told_at, failing_since, error, hour_at, hour_count FROM alert_channels ORDER BY channel");
  std::vector<AlertChannelRow> out;
  for (look.begin(); look.row();)
    out.push_back({look.text(0), look.integer(1), look.integer(2), look.text(3), look.integer(4), look.integer(5)});
  return out;
}

std::vector<Reader::Unconfirmed> Reader::unconfirmed(std::int64_t before, std::int64_t limit) {
  // Of several hops at work the first of the plan: SQLite takes the other columns from the row of min().
  Statement look;
  look.prepare(
      db_,
      "SELECT credits.no, coalesce(hops.hop, ''), min(hops.position), coalesce(repairs.changed_at, credits.at), "
      "repairs.no IS NOT NULL FROM credits LEFT JOIN hops ON "
      "hops.credit = credits.no AND hops.state IN ('running', 'queued') LEFT JOIN repairs ON "
      "repairs.credit = credits.no AND repairs.open = 1 AND repairs.state = 'reissue' WHERE credits.active = 1 "
      "AND ((credits.available IS NULL AND credits.at < ?1) OR repairs.changed_at < ?1) GROUP BY credits.no "
      "ORDER BY credits.no LIMIT ?2");
  std::vector<Unconfirmed> out;
  for (look.begin().bind(before).bind(limit); look.row();)
    out.push_back({look.integer(0), look.integer(4) != 0 ? kAtRepair : look.text(1), look.integer(3)});
  return out;
}

}  // namespace handoff::journal
