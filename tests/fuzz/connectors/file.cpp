#include "tests/fuzz/connector.hpp"

namespace handoff::fuzz {

json::Value settings() {
  return *json::parse(
      R"({"folder":"/srv/drop","store":"S014","currency":"USD","issued":["REFUND"],"cancelled":["VOID"],)"
      R"("columns":{"transaction":"Receipt","line":"Line","time":"Time","amount":"Amount","kind":"Kind",)"
      R"("email":"Email","phone":"customer.phone"}})");
}

std::vector<Work> works(const Money& amount) {
  PullInput start;
  start.since = "2026-11-23T00:00:00Z";
  PullInput csv = start;
  csv.cursor = *json::parse(R"({"file":"a.csv"})");
  PullInput middle = start;
  middle.cursor = *json::parse(
      R"({"file":"a.csv","offset":70000,"line":700,"header":["Receipt","Line","Time","Amount","Kind","Email"],"bad":19})");
  PullInput lines = start;
  lines.cursor = *json::parse(R"({"file":"a.jsonl","offset":9,"line":2,"open":true})");
  PullInput ending = start;
  ending.cursor = *json::parse(R"({"next":["b.csv"],"file":"a.csv","to":"archive/a.0123456789abcdef.csv"})");
  FetchInput row;
  row.type = "row";
  row.object = "archive/a.0123456789abcdef.csv:3:120";
  RecordInput issued;
  issued.credit = credit();
  issued.amount = amount;
  issued.entry = "issued";
  issued.reference = kReference;
  issued.customer = customer();
  ReadInput read;
  read.by = "reference";
  read.reference = kReference;
  return {work("check/1", CheckInput()), work("pull/1", start), work("pull/1", csv),
          work("pull/1", middle),        work("pull/1", lines), work("pull/1", ending),
          work("record/1", issued),      work("read/1", read),  work("fetch/1", row)};
}

}  // namespace handoff::fuzz
