// What the input says must be in what is asked: which of the two entries, and whose the credit is.

#include <algorithm>
#include <handoff/sdk/text.hpp>

#include "core/conformance/bench.hpp"

namespace handoff::conformance {

namespace {

using plugin_host::Asked;

bool ends_done(const Cassette& cassette) { return cassette.expect.at("end").as_string() == "done"; }

json::Value with_member(const json::Value& input, const char* name, json::Value value) {
  json::Object out = input.as_object();
  out.set(name, std::move(value));
  return json::Value(std::move(out));
}

std::vector<const Cassette*> of_entry(Bench& bench, const std::string& entry) {
  std::vector<const Cassette*> out = bench.cassettes("record");
  std::erase_if(out, [&](const Cassette* one) { return one->input.at("entry").as_string() != entry; });
  return out;
}

/// Whether some read shows what one of these bookings did.
bool is_read(Bench& bench, const std::vector<const Cassette*>& bookings, const std::string& label) {
  return std::ranges::any_of(bench.cassettes("read"), [&](const Cassette* read) {
    if (!read->after || std::ranges::find(*read->after, label) == read->after->end()) return false;
    return read->of.empty() ||
           std::ranges::any_of(bookings, [&](const Cassette* one) { return one->name == read->of; });
  });
}

void cover_entry(Bench& bench, const OperationSheet& record, const std::string& entry) {
  std::vector<const Cassette*> all = of_entry(bench, entry);
  if (all.empty())
    return bench.find(nullptr, "no cassette of record has the \"entry\": \"" + entry +
                                   "\"; if the vendor has no such posting, show that it fails as unsupported");
  std::erase_if(all, [](const Cassette* one) { return !ends_done(*one); });
  for (const CallSheet& call : record.calls)
    if (!all.empty() && call.sign == Sign::booking && !way_to_look(bench.manifest(), record, call).empty() &&
        !is_read(bench, all, call.label))
      bench.find(nullptr, "no read shows the entry \"" + entry + "\"; give one \"after\": [\"" + call.label +
                              "\"], \"of\": \"" + all.front()->name + "\"");
}

/// Of the calls that change something, by their digests.
std::vector<std::string> writes_of(const Run& run) {
  std::vector<std::string> out;
  for (const Asked& asked : run.asked)
    if (!asked.safe) out.push_back(asked.digest);
  return out;
}

void other_entry(Bench& bench, const Cassette& cassette) {
  const Subject subject = bench.subject(cassette);
  const std::vector<std::string> asked = writes_of(bench.play_as_written(cassette, subject));
  const std::string other = cassette.input.at("entry").as_string() == "cancelled" ? "issued" : "cancelled";
  bench.at(&cassette, "as " + other);
  Subject swapped = subject_of(bench.manifest(), cassette, with_member(cassette.input, "entry", json::Value(other)));
  std::vector<std::string> now = writes_of(bench.play_as_written(cassette, swapped));
  if (!asked.empty() && asked == now)
    bench.find(&cassette, "the entry \"" + other + "\" is booked by the very requests of \"" +
                              std::string(cassette.input.at("entry").as_string()) +
                              "\": a credit that is taken back would be booked twice");
}

/// A text as it may stand in a request: as it is, in a target, in a form.
bool carries(const Run& run, std::string_view text) {
  if (text.empty()) return false;
  const std::string in_target = percent(text);
  return std::ranges::any_of(run.asked, [&](const Asked& asked) {
    const std::string all = asked.http.target + "\n" + asked.http.body;
    return all.find(text) != std::string::npos || all.find(in_target) != std::string::npos;
  });
}

void names_customer(Bench& bench, const Cassette& cassette, bool needs_customer) {
  const json::Value customer = bench.subject(cassette).input.at("customer");
  bench.at(&cassette, "with its customer");
  const Run as_written = bench.play_as_written(cassette, bench.subject(cassette));
  const bool named = std::ranges::any_of(customer.as_object(), [&](const auto& member) {
    return member.first != "name" && carries(as_written, member.second.as_string());
  });
  if (!named)
    return bench.find(&cassette, "no request carries anything of the customer, and the sheet says that issue links");
  if (needs_customer) return;
  constexpr std::string_view kHub = "cu_kitcustomer";
  json::Value unknown = with_member(with_member(customer, "id", json::Value("")), "hub", json::Value(kHub));
  bench.at(&cassette, "with a customer whom the vendor does not know");
  const Run run = bench.play_as_written(
      cassette, subject_of(bench.manifest(), cassette, with_member(cassette.input, "customer", unknown)));
  if (!writes_of(run).empty() && !carries(run, kHub))
    bench.find(
        &cassette,
        "without the vendor's own customer.id a card is made that is nobody's, and the hub waits for ever to see it "
        "linked: write customer.hub in its place, or \"needs_customer\": true");
}

}  // namespace

void case_entries(Bench& bench) {
  const OperationSheet* record = bench.manifest().operation("record");
  if (!record) return;
  for (const char* entry : {"issued", "cancelled"}) cover_entry(bench, *record, entry);
  for (const Cassette* cassette : bench.cassettes("record"))
    if (ends_done(*cassette) && bench.instance(*cassette)) other_entry(bench, *cassette);
}

void case_customer(Bench& bench) {
  const OperationSheet* issue = bench.manifest().operation("issue");
  if (!issue || !issue->links) return;
  bool shown = false;
  for (const Cassette* cassette : bench.cassettes("issue")) {
    if (!ends_done(*cassette) || !cassette->input.at("customer").object() || !bench.instance(*cassette)) continue;
    shown = true;
    names_customer(bench, *cassette, issue->needs_customer);
  }
  if (!shown) bench.find(nullptr, "issue links, and no cassette of it that ends well has a customer");
}

}  // namespace handoff::conformance
