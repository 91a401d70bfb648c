#include "tests/fuzz/connector.hpp"

namespace handoff::fuzz {

json::Value settings() {
  return *json::parse(R"({"api_version":"2026-10-28.endive","loyalty_metadata":"loyalty_id"})");
}

std::vector<Work> works(const Money& amount) {
  FindCustomerInput find;
  find.email = customer().email;
  find.phone = customer().phone;
  find.loyalty = customer().loyalty;
  RecordInput issued;
  issued.credit = credit();
  issued.amount = amount;
  issued.entry = "issued";
  issued.reference = kReference;
  issued.customer = customer();
  RecordInput cancelled = issued;
  cancelled.entry = "cancelled";
  ReadInput history;
  history.by = "history";
  history.reference = kReference;
  history.customer = customer();
  ReadInput one = history;
  one.by = "instrument";
  one.instrument = "cbtxn_1";
  ListInput list;
  list.since = "2026-11-01T00:00:00Z";
  list.until = "2026-11-23T00:00:00Z";
  return {work("check/1", CheckInput()), work("find_customer/1", find), work("record/1", issued),
          work("record/1", cancelled),   work("read/1", history),       work("read/1", one),
          work("list/1", list)};
}

}  // namespace handoff::fuzz
