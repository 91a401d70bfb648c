// [probe]: whose the hub's own test credits are, and when it sends one.

#include "core/config/readers.hpp"

namespace handoff::config {

namespace {
constexpr Duration kOftenest = std::chrono::minutes(1);
}

void read_probe(Section& root, Settings& out) {
  Section in = root.section("probe", "[probe]");
  out.probe.route = in.text("route", "route = \"register-credit\"");
  out.probe.store = in.text("store", "store = \"S12\"");
  out.probe.every = in.duration("every", "every = \"1h\"");
  Text amount = in.text("amount", "amount = \"1.00 USD\"");
  if (amount.at.line != 0) out.probe.amount = read_money(amount, in.report());
  Section customer = in.section("customer", "[probe] customer");
  for (std::string_view key : {"email", "phone", "loyalty"}) {
    Text value = customer.text(key, std::string(key) + " = \"...\"");
    if (value.at.line != 0) out.probe.customer[std::string(key)] = value;
  }
  customer.finish();
  if (in.present() && out.probe.customer.empty())
    in.missing("customer", "customer = { email = \"probe@example.com\" }, an account of your own");
  if (out.probe.every && **out.probe.every < kOftenest)
    in.report().error(out.probe.every->at, "every is shorter than a minute", "write every = \"1h\"");
  if (out.probe.every && out.probe.route.at.line == 0) in.missing("route", "route = \"register-credit\"");
  if (out.probe.every && amount.at.line == 0) in.missing("amount", "amount = \"1.00 USD\"");
  in.finish();
}

}  // namespace handoff::config
