// Cases, and what people wrote on them.

#include "core/journal/reader.hpp"

#include "core/journal/reader_parts.hpp"

namespace handoff::journal {

namespace {

#define CASE_COLUMNS                                                                                                 \
  "no, credit, kind, reason, role, state, opened_at, deadline, amount, currency, closed_at, closed_why, closed_by, " \
  "assignee, candidates, hint, word, word_by"

CaseRow case_from(const Statement& s) {
  CaseRow row;
  row.no = s.integer(0);
  row.credit = s.integer(1);
  row.kind = s.text(2);
  row.reason = s.text(3);
  row.role = s.text(4);
  row.state = s.text(5);
  row.opened_at = s.integer(6);
  row.deadline = s.integer(7);
  row.amount = Money(s.integer(8), s.text(9));
  row.closed_at = s.integer(10);
  row.closed_why = s.text(11);
  row.closed_by = s.text(12);
  row.assignee = s.text(13);
  if (json::Parsed candidates = json::parse(s.text(14))) decode(*candidates, row.candidates);
  row.hint = s.integer(15);
  if (json::Parsed word = json::parse(s.text(16))) decode(*word, row.word);
  row.word_by = s.text(17);
  return row;
}

}  // namespace

std::vector<CaseRow> Reader::cases(std::string_view state, std::int64_t limit) {
  if (state == "open") {  // few of many, and asked for all the time
    Statement& open =
        s_->begin(db_, "SELECT " CASE_COLUMNS " FROM cases WHERE state = 'open' ORDER BY no DESC LIMIT ?");
    return all(open.bind(limit), case_from);
  }
  Statement& look =
      s_->begin(db_, "SELECT " CASE_COLUMNS " FROM cases WHERE (?1 = '' OR state = ?1) ORDER BY no DESC LIMIT ?2");
  return all(look.bind(state).bind(limit), case_from);
}

std::optional<CaseRow> Reader::case_of(std::int64_t no) {
  return first(s_->begin(db_, "SELECT " CASE_COLUMNS " FROM cases WHERE no = ?").bind(no), case_from);
}

std::vector<CaseRow> Reader::cases_of(std::int64_t credit) {
  // `+`: cases_gap is over credit 0, so SQLite would look at the value and make the same plan anew each time.
  return all(s_->begin(db_, "SELECT " CASE_COLUMNS " FROM cases WHERE credit = +? ORDER BY no").bind(credit),
             case_from);
}

std::vector<CaseRow> Reader::open_cases(std::string_view kind, std::int64_t after, std::int64_t limit) {
  Statement& look = s_->begin(
      db_, "SELECT " CASE_COLUMNS " FROM cases WHERE state = 'open' AND kind = ?1 AND no > ?2 ORDER BY no LIMIT ?3");
  return all(look.bind(kind).bind(after).bind(limit), case_from);
}

std::vector<CaseRow> Reader::cases_of_parked(std::string_view connector, std::string_view object) {
  Statement& look = s_->begin(db_, "SELECT " CASE_COLUMNS
                                   " FROM cases WHERE state = 'open' AND hint <> 0 AND hint IN (SELECT no FROM hints "
                                   "WHERE connector = ? AND object = ? AND state = 'parked') ORDER BY no");
  return all(look.bind(connector).bind(object), case_from);
}

std::vector<CaseRow> Reader::gaps_of_nobody(std::string_view name) {
  std::string from = std::string(name) + ": ", to = std::string(name) + ":!";  // '!' is what follows a blank
  Statement& look = s_->begin(db_, "SELECT " CASE_COLUMNS
                                   " FROM cases WHERE credit = 0 AND kind = 'gap' AND reason >= ? AND reason < ? "
                                   "ORDER BY no");
  return all(look.bind(from).bind(to), case_from);
}

std::vector<CaseNoteRow> Reader::case_notes(std::int64_t no) {
  return all<CaseNoteRow>(
      s_->begin(db_, "SELECT at, actor, text FROM case_notes WHERE case_no = ? ORDER BY seq").bind(no),
      [](const Statement& s) { return CaseNoteRow{s.integer(0), s.text(1), s.text(2)}; });
}

}  // namespace handoff::journal
