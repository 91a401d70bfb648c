#include "tests/fuzz/connector.hpp"

namespace handoff::fuzz {

json::Value settings() {
  return *json::parse(
      R"({"tenant":"t","environment":"production","company_id":"bb6d48b6-c7b2-4a38-9a93-ad5506407f12",)"
      R"("account":"2450","balancing_account":"6110","currency":"USD","journal_prefix":"HO","posting_date":"today"})");
}

std::vector<Work> works(const Money& amount) {
  RecordInput issued;
  issued.credit = credit();
  issued.amount = amount;
  issued.entry = "issued";
  issued.reference = kReference;
  issued.customer = customer();
  RecordInput cancelled = issued;
  cancelled.entry = "cancelled";
  ReadInput by_reference;
  by_reference.by = "reference";
  by_reference.reference = kReference;
  by_reference.ref20 = "abcdefghijklmnopqrst";
  ReadInput by_code = by_reference;
  by_code.by = "code";
  ListInput list;
  list.since = "2026-11-01T00:00:00Z";
  list.until = "2026-11-23T00:00:00Z";
  return {work("check/1", CheckInput()), work("record/1", issued), work("record/1", cancelled),
          work("read/1", by_reference),  work("read/1", by_code),  work("list/1", list)};
}

}  // namespace handoff::fuzz
