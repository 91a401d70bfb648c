#pragma once
// Who is told of what (ADR 0016): computed from what is open and late, and remembered only where it was told. Pure over a
// Reader: no clock (`now_ms` is Unix time), no network. What sends it is the courier (courier.hpp).

#include <cstdint>
#include <handoff/sdk/codec.hpp>
#include <handoff/sdk/notify.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/crypto/vault.hpp"
#include "core/journal/reader.hpp"
#include "core/model/time_zone.hpp"
#include "core/serve/views_tasks.hpp"

namespace handoff::serve {

/// Minutes of the day there; over midnight where `until` is the lower one.
struct QuietTime {
  int from = 0, until = 0;
  TimeZone zone;
  bool holds(std::int64_t unix_ms) const;
};

struct AlertTarget {
  std::string channel;
  std::vector<std::string> to;  // addresses, where the channel has any
};

struct AlertContact {
  std::string name;
  std::set<std::string> roles, stores;  // whose cases; in which stores, empty: in all
  std::vector<AlertTarget> tell;
  std::optional<QuietTime> quiet;
};

struct AlertRules {
  std::string retailer;
  std::int64_t unconfirmed_ms = 900'000;  // an older credit that is not on the platform is told of
  std::int64_t repeat_ms = 14'400'000;
  bool settled = false;  // a word when it is over
  std::string link;      // "{credit}" and "{case}" are filled in; empty: none
  std::vector<AlertContact> contacts;
  Ladder ladder;                        // `ask`: a contact
  std::map<std::string, int> per_hour;  // of each channel
};

/// What one remedy would end, and therefore one message tells.
struct AlertGroup {
  std::string cause;  // its name for as long as it lasts
  std::string role;   // who owns it: store, ops, supervisor
  std::string hop;    // where the oldest is; empty: before the first
  bool urgent = false;
  bool of_source = false;                     // what a source brought and nobody can read: no credits yet
  std::int64_t count = 0;                     // credits, or cases of a source
  std::int64_t oldest_at = 0, newest_at = 0;  // Unix ms
  std::map<std::string, std::int64_t> sums;   // minor units by currency
  std::set<std::string> stores;
  struct Named {
    std::int64_t credit = 0;   // number; 0: of a source
    std::int64_t case_no = 0;  // 0: it is late and has no case
  };
  std::vector<Named> named;  // the oldest
};

/// Open cases by cause, a store's own by store, too; with what is late of a hop whatever is that old there and not on
/// the platform. Urgent: a customer waits for it, because the credit is not on the platform or has nobody.
std::vector<AlertGroup> alert_groups(journal::Reader& read, const AlertRules& rules, std::int64_t now_ms);

enum class Hold { none, until_due, quiet_hours, limit };

/// One contact, one channel, one group.
struct Telling {
  const AlertContact* contact = nullptr;
  const AlertTarget* target = nullptr;
  const AlertGroup* group = nullptr;
  journal::AlertRow before;  // what was told last; count 0: nothing of this
  std::int64_t due_at = 0;
  Hold hold = Hold::none;
};

/// For all groups, whether due or not. The pointers are into `rules` and `groups`.
std::vector<Telling> tellings(const AlertRules& rules, const std::vector<AlertGroup>& groups,
                              const std::vector<journal::AlertRow>& told,
                              const std::vector<journal::AlertChannelRow>& channels, std::int64_t now_ms);
/// Whether channel `name` has had its limit of this hour.
bool at_limit(const AlertRules& rules, const std::vector<journal::AlertChannelRow>& channels, const std::string& name,
              std::int64_t now_ms);
/// What was told and is gone.
std::vector<journal::AlertRow> settled(const std::vector<AlertGroup>& groups,
                                       const std::vector<journal::AlertRow>& told);

/// A message as every channel takes it.
struct AlertMessage {
  std::int64_t at = 0;  // Unix ms
  NotifyInput notice;
  std::string text;  // the whole of it, for mail
};
AlertMessage alert_message(journal::Reader& read, const crypto::Vault* vault, const AlertRules& rules,
                           const Telling& telling, std::int64_t now_ms);
/// That it is over.
AlertMessage settled_message(const AlertRules& rules, const journal::AlertRow& told, std::int64_t now_ms);
AlertMessage test_message(const AlertRules& rules, const std::string& channel, std::int64_t now_ms);

/// {"alerts":[{"cause","count","amounts","oldest_age_ms","urgent","stores","credits","next","tell":[{"contact","channel",
/// "state","told_at","told_of","times","due_at"}]}],"contacts","channels":[...]}. State: due, told, quiet hours, limit, waits (it was
/// gone, and comes back too soon).
json::Value alerts_view(journal::Reader& read, const AlertRules& rules, std::int64_t now_ms);
/// [{"channel","failing_since","error","told_at"}]: of those that are known or were used.
json::Array alert_channels_view(journal::Reader& read);

}  // namespace handoff::serve
