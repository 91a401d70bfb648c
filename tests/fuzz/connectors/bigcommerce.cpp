#include "tests/fuzz/connector.hpp"

namespace handoff::fuzz {

json::Value settings() { return *json::parse(R"({"store_hash":"abc123","currency":"USD"})"); }

std::vector<Work> works(const Money& amount) {
  FindCustomerInput find;
  find.email = customer().email;
  find.phone = customer().phone;
  MirrorInput mirror;
  mirror.customer = customer();
  mirror.customer.id = "111";
  mirror.version = 7;
  mirror.balances = {amount};
  mirror.reference = kReference;
  ReadInput read;
  read.by = "customer";
  read.customer = mirror.customer;
  ListInput list;
  list.until = "2026-11-23T00:00:00Z";
  ListInput credit = list;
  credit.cursor = *json::parse(R"({"credit":true,"page":2,"seen":250,"count":3,"short":false})");
  return {work("check/1", CheckInput()), work("find_customer/1", find), work("mirror/1", mirror),
          work("read/1", read),          work("list/1", list),          work("list/1", credit)};
}

}  // namespace handoff::fuzz
