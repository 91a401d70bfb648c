#pragma once
// What the engine runs with: the configuration, resolved to instances and numbers. One value per generation.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/identity/rules.hpp"
#include "core/model/identity.hpp"
#include "core/plugin_host/instance.hpp"
#include "core/routing/route.hpp"

namespace handoff::engine {

struct Connector {
  std::string name;  // the operator's
  std::string id;    // immutable (D5); in keys and rows
  std::string role;
  const plugin_host::Instance* instance = nullptr;
  std::uint32_t connection = 0;  // net::Transport's number
  std::string address;           // base_url or folder, for people
  bool folder = false;           // the connection is a folder: its calls are FILE, and no others
  int concurrency = 4;
  int requests_per_minute = 0;        // 0 = no pacing
  std::int64_t inflight_max_ms = -1;  // the operator's word where the sheet has none; -1 = no word either
  std::int64_t visibility_lag_ms = -1;
  std::string inbound_url;                                       // as the vendor knows it; signatures may cover it
  std::map<std::string, std::vector<std::string>> hmac_secrets;  // two values during a rotation

  const Manifest& manifest() const { return instance->manifest(); }
  const OperationSheet* operation(std::string_view op) const { return manifest().operation(op); }
  /// Issuing links, too. False also if it cannot issue any more: it was replaced by another.
  bool issue_links() const {
    const OperationSheet* issue = operation("issue");
    return issue && issue->links;
  }
  std::int64_t visibility_ms(const CallSheet& sheet) const {
    return declared_or(sheet.visibility_lag_s, visibility_lag_ms);
  }
  /// The quiet period Q without clock error.
  std::int64_t quiet_ms(const CallSheet& sheet) const {
    return visibility_ms(sheet) + declared_or(sheet.inflight_max_s, inflight_max_ms);
  }

 private:
  /// What a vendor declares holds, however short the operator would like it.
  static std::int64_t declared_or(std::int64_t sheet_s, std::int64_t assumed_ms) {
    return sheet_s == kUnknownLagSeconds && assumed_ms >= 0 ? assumed_ms : sheet_s * 1000;
  }
};

/// Credits that the hub sends through its own chain and takes back. Whose they are is an account of the retailer's own.
struct Probing {
  std::string email, phone, loyalty;
  std::int64_t every_ms = 0;  // 0: only when somebody asks
  std::string route, store;   // of the scheduled ones
  Money amount;
  bool customer() const { return !email.empty() || !phone.empty() || !loyalty.empty(); }
};

/// The system whose customer list is kept, to rank candidates and to notice merges and deletions.
struct Customers {
  std::string from;  // the connector's name; empty: none
  std::int64_t every_ms = 900'000;
  std::int64_t at_most = 1'000'000;  // in memory, 0.5 to 1 KB each
};

struct Setup {
  std::string tenant;  // immutable id of the retailer
  std::vector<Connector> connectors;
  std::vector<routing::Route> routes;
  std::vector<std::string> identity_lookup;  // connectors asked for customers, in order
  identity::Rules identity_rules;            // how identifiers are read
  Customers customers;
  std::int64_t look_again_ms = 900'000;  // between two passes over unresolved credits; 0 = none
  std::size_t at_work_max = 128;         // of one connector's hops, and of identity look-ups, in memory at once
  std::int64_t clock_error_ms = 2000;
  std::int64_t pull_every_ms = 60'000;                    // between two looks at a source that can be asked
  bool reissue = false;                                   // [repair] policy: void and issue again where relinking fails
  std::map<std::string, std::string> otherwise_of_store;  // what a register is told there, instead of the route's word
  routing::Limits approve_repair_above;                   // G11
  routing::Ceilings ceilings;                             // M9: where a credit's route is not configured any more
  std::int64_t utc_offset_ms = 0;                         // when the retailer's day begins
  // J10: sources without a cursor are asked from so long before the restore point.
  std::int64_t recovery_margin_ms = 3'600'000;
  Probing probing;
  std::int64_t keep_bodies_ms = 30 * kDayMs;  // sealed requests and replies of what is settled (D7)

  /// P7: when the absence of a request that was sent at `since` is proof: it acts no more, and a read would show it. Of
  /// either clock.
  std::int64_t provable_at(const Connector& connector, const CallSheet& sheet, std::int64_t since) const {
    return since + connector.quiet_ms(sheet) + connector.visibility_ms(sheet) + clock_error_ms;
  }
  const Connector* connector(std::string_view name) const {
    for (const Connector& connector : connectors)
      if (connector.name == name) return &connector;
    return nullptr;
  }
  const Connector* connector_by_id(std::string_view id) const {
    for (const Connector& connector : connectors)
      if (connector.id == id) return &connector;
    return nullptr;
  }
  const routing::Route* route(std::string_view name) const {
    for (const routing::Route& route : routes)
      if (route.name == name) return &route;
    return nullptr;
  }
};

}  // namespace handoff::engine
