#include "core/serve/chain.hpp"

#include <algorithm>
#include <map>

#include "core/model/identity.hpp"
#include "core/model/sources.hpp"
#include "core/reconcile/hops.hpp"

namespace handoff::serve {

namespace {

using config::Hop;
using config::Route;
using config::Settings;
using reconcile::Latencies;
using report::MapHop;

constexpr const char* kHub = "handoff";
constexpr const char* kIdentity = "customers";

std::string trigger_of_source(const Settings& settings, const std::string& source) {
  if (source == kRegisterSource) return "event: register API";
  if (source == kManualSource) return "event: a person";
  const config::Connector* connector = settings.connector(source);
  if (connector == nullptr || connector->manifest == nullptr) return "not known";
  if (!connector->settings.at("folder").as_string().empty()) return "file: in its folder";
  bool pushes = connector->manifest->operation("inbound") != nullptr;
  bool pulled = connector->manifest->operation("pull") != nullptr;
  if (pushes) return pulled ? "event: webhook, and a poll behind it" : "event: webhook";
  return pulled ? "poll" : "not known";
}

std::string trigger_of(const Hop& hop) {
  if (hop.paused) return "paused";
  if (*hop.op == "read") return "event: the hub looks";
  return hop.after.empty() ? "event: once it is known whose it is" : "event: at once";
}

std::string sla_of(const Hop& hop) {
  return hop.sla ? reconcile::sla_text(std::chrono::duration_cast<std::chrono::seconds>(**hop.sla).count()) : "";
}

MapHop between(const Route& route, const std::string& from, const std::string& to, std::string trigger) {
  MapHop out;
  out.route = *route.name;
  out.from = from;
  out.to = to;
  out.trigger = std::move(trigger);
  return out;
}

void add_sources(const Settings& settings, const Route& route, report::Map& map) {
  std::vector<std::string> sources;
  for (const config::Text& one : route.when.from) sources.push_back(*one);
  if (sources.empty()) sources.emplace_back("any source");
  for (const std::string& source : sources)
    map.hops.push_back(between(route, source, kHub, trigger_of_source(settings, source)));
  if (settings.identity_lookup.empty()) return;
  MapHop who = between(route, kHub, kIdentity, "event: at once");
  who.op = "find_customer";
  who.resolves_identity = true;
  for (const config::Text& one : settings.identity_lookup) who.note += (who.note.empty() ? "asks " : ", ") + *one;
  map.hops.push_back(std::move(who));
}

void add_hop(const Route& route, const Hop& hop, report::Map& map) {
  MapHop one = between(route, kHub, *hop.to, trigger_of(hop));
  if (hop.after.size() == 1)
    if (const Hop* before = route.hop(*hop.after.front())) one.from = *before->to;
  for (const config::Text& after : hop.after) one.after.push_back(*after);
  one.op = *hop.op;
  one.sla = sla_of(hop);
  one.id = hop.id;
  map.hops.push_back(std::move(one));
}

/// One hop of one route, over many credits.
struct Measured {
  Latencies ms;
  std::int64_t due = 0, lost = 0;
};
using Key = std::pair<std::string, std::string>;  // route, hop id; hop "" is the identity

class Measure {
 public:
  explicit Measure(journal::Reader& read) : read_(read) {}

  void credit(const journal::CreditRow& credit) {
    std::vector<journal::HopRow> hops = read_.hops(credit.no);
    bool parked = credit.state == "unresolved";
    if (credit.route.empty()) {
      ++all_;
      unlinked_ += parked ? 1 : 0;
      return;
    }
    ++all_;
    if (!hops.empty() && hops.front().planned_at != 0)
      by_hop_[{credit.route, ""}].ms.add(hops.front().planned_at - credit.at);
    for (const journal::HopRow& hop : hops) {
      Measured& one = by_hop_[{credit.route, hop.id}];
      if (hop.state == "done" || hop.state == "held") ++one.due;
      if (hop.state == "held") ++one.lost;
      if (std::int64_t start = journal::first_start(hop, hops); hop.done_at != 0 && start != 0)
        one.ms.add(hop.done_at - start);
    }
  }

  void fill(report::Map& map) const {
    for (MapHop& hop : map.hops) {
      if (hop.resolves_identity) {
        set(by_hop_, {hop.route, ""}, hop);
        hop.due = all_;
        hop.unlinked = unlinked_;
        continue;
      }
      if (!hop.op.empty()) set(by_hop_, {hop.route, hop.id}, hop);
    }
  }
  std::int64_t all() const { return all_; }

 private:
  static void set(const std::map<Key, Measured>& from, const Key& key, MapHop& to) {
    auto found = from.find(key);
    if (found == from.end()) return;
    const Measured& one = found->second;
    to.measured = one.ms.measured();
    to.p50_ms = one.ms.at(500);
    to.p95_ms = one.ms.at(950);
    to.p99_ms = one.ms.at(990);
    to.due = one.due;
    to.lost = one.lost;
    if (to.measured >= reconcile::kMeasuredMin && !to.resolves_identity)
      to.proposed = reconcile::sla_text(reconcile::proposed_sla_s((to.p99_ms + 999) / 1000));
  }

  journal::Reader& read_;
  std::map<Key, Measured> by_hop_;
  std::int64_t all_ = 0, unlinked_ = 0;
};

}  // namespace

report::Map chain_of(const Settings& settings) {
  report::Map out;
  out.title = *settings.retailer.name + ": every handoff";
  for (const Route& route : settings.routes) {
    add_sources(settings, route, out);
    for (const Hop& hop : route.hops) add_hop(route, hop, out);
  }
  return out;
}

void measure(journal::Reader& read, report::Map& map) {
  Measure all(read);
  for (const journal::CreditRow& credit : read.credits("", kCreditsMeasured))
    if (credit.source != kProbeSource) all.credit(credit);  // the hub's own tests of the chain are no baseline
  all.fill(map);
  map.title += ", measured over " + std::to_string(all.all()) + (all.all() == 1 ? " credit" : " credits");
  map.notes.emplace_back(
      "A hop's time is from its predecessor's end to its own; the first one's from when it was known whose "
      "the credit is. Lost is what is held now.");
}

}  // namespace handoff::serve
