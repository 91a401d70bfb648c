#pragma once
// The configuration as typed values: what config/handoff.toml explains, checked and with defaults filled in. Plain
// data: copy it, compare generations, read it from any thread. Names of connectors, routes and hops that are left here
// exist; `load` (load.hpp) is the only way to make one.

#include <chrono>
#include <cstdint>
#include <handoff/sdk/json.hpp>
#include <handoff/sdk/money.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/config/diagnostic.hpp"
#include "core/config/position.hpp"
#include "core/config/secret.hpp"
#include "core/config/vocabulary.hpp"
#include "core/model/manifest.hpp"
#include "core/model/time_zone.hpp"

namespace handoff::config {

using Duration = std::chrono::milliseconds;
using Text = Located<std::string>;

/// Where a secret comes from. `where` is the variable's name or the file's path (relative paths have been joined to
/// the folder of the configuration file that names them). `value` is empty until resolve_secrets (secrets.hpp).
struct Secret {
  enum class Kind { env, file };
  std::string name;  // "cards.secrets.app_token", for messages
  Kind kind = Kind::env;
  std::string where;
  SecretText value;
  Position at;
};

/// Upper bounds (INVARIANTS M9), at most one amount per currency; no amount = no bound. An effect above one waits for a
/// second approver.
struct Ceilings {
  std::vector<Located<Money>> per_credit, per_store_day, per_day;

  /// Where the first is written; none is.
  const Position* first() const;
};

struct Store {
  Text id;
  Text region;                         // ISO 3166; the retailer's default where none is written
  Text locale;                         // "en-US"; empty: the hub's
  std::optional<Otherwise> otherwise;  // said here instead of what the route says
};

struct Retailer {
  Text name;
  Text default_region;  // ISO 3166: how a phone without a country code is read
  Text authority;       // the connector that holds the authoritative balance
  std::optional<std::chrono::minutes> utc_offset;
  Duration dates_back{}, dates_ahead{};  // how far a register's business date may be from today: whole days
};

/// `url` is "sqlite:PATH", PATH joined to the configuration's folder.
struct Journal {
  Text url;
  Duration keep_bodies{};
};

struct Tls {
  Text cert;   // path of a PEM chain
  Secret key;  // path of a PEM key; its value is the file's text
};

struct Listener {
  std::string host;  // "127.0.0.1", "::1", "localhost"
  std::uint16_t port = 0;
  std::optional<Tls> tls;
  Position at;
};

struct Listen {
  Listener registers, inbound, admin;
};

/// A place in a vendor's system where instruments live. `id` is "connector.surface": immutable once the journal has it.
struct Surface {
  std::string name, id;
  bool pool = true;
};

/// An operator's word where a vendor's sheet says nothing (15 minutes otherwise). Never overrides a declared figure.
struct Assume {
  std::optional<Located<Duration>> inflight_max, visibility_lag;
};

struct Connector {
  Text name;    // the operator's
  Text plugin;  // the connector's id
  Role role = Role::pos;
  Isolation isolation = Isolation::host_decides;
  Text sha256;                    // of the plugin's file, 64 hex digits in lower case; empty: any file
  std::vector<Surface> surfaces;  // by name
  json::Value settings;           // satisfies the plugin's schema, defaults filled in
  std::map<std::string, Secret> secrets;
  int concurrency = 4;
  int requests_per_minute = 0;  // 0 = no limit known
  Assume assume;
  std::vector<Text> formerly;          // names under which the journal may know it
  const Manifest* manifest = nullptr;  // the catalogue's

  const Surface* surface(std::string_view wanted) const;
};

/// Which events a route takes; the first route that matches gets the event. Empty = any.
struct When {
  Text event;              // "credit.issued"
  std::vector<Text> from;  // connectors, or kRegisterSource
  std::vector<Text> balance_type;
};

struct Confirm {
  Located<Duration> deadline{Duration(1500), {}};
  Otherwise otherwise = Otherwise::hold;
  ConfirmAfter after = ConfirmAfter::linked;
};

/// [rates.NAME]: dated rates, and how a sum is rounded.
struct Rates {
  Text name;
  Rounding rounding = Rounding::half_even;
  std::vector<Located<Rate>> table;
};

/// `convert` of a hop that books.
struct Convert {
  Text to, rates;  // a currency, and a table's name
  Position at;
};

struct Hop {
  std::string id;                        // "cards.issue" unless written
  Text to;                               // a connector
  Text op;                               // "issue": the key `do`
  std::vector<Text> after;               // hop ids
  Located<Verify> verify;                // read_back unless written, where the plugin can read
  std::optional<Located<Duration>> sla;  // none: it is never late
  Text surface;                          // the connector's surface; empty if the operation declares none
  bool paused = false;                   // effects are planned and wait
  std::optional<Convert> convert;
  std::map<std::string, Text> map_balance_type;  // before the route's own
  std::optional<Duration> copy_window;           // value = "copy": accepted risk, shown in every audit
  Position at;
};

struct Route {
  Text name;
  When when;
  Platform platform = Platform::issue;
  std::optional<Confirm> confirm;  // none: nobody waits at the register
  bool issue_unlinked = false;
  std::vector<Hop> hops;
  std::map<std::string, Text> map_balance_type;  // types not named here stay as they are
  Ceilings ceilings;                             // besides the retailer's: the lower one counts
  std::optional<Located<Duration>> sla;          // from accepted to complete; none: only its hops' count

  const Hop* hop(std::string_view id) const;
  /// Whether the hub itself issues something, which is all that a ceiling holds (M9).
  bool issues() const;
};

struct Given {
  Text event, from, balance_type, store;
  std::optional<Located<Money>> amount;
  std::map<std::string, Text> customer;  // email, phone, loyalty, name
};

struct Expect {
  Text route;
  std::vector<Text> hops;        // in order; empty: not compared
  std::optional<Status> status;  // what the register is told
  std::optional<Otherwise> decision;
};

struct Test {
  Text name;
  Given given;
  Expect expect;
};

/// Mail domains where spellings of one mailbox differ.
struct EmailRules {
  std::vector<Text> ignore_dots, ignore_plus;
};

/// `pattern`: '#' a digit, '@' a letter, '*' either, others themselves; upper case, without blanks and dashes.
struct LoyaltyProgramme {
  Text name, pattern;
  std::string written;  // as the card has it
  CheckDigit check = CheckDigit::none;
};

/// Who is asked for a store's task once it is that old.
struct Rung {
  Located<Duration> after;
  Text ask;
};

/// When the hub audits itself, in the retailer's time.
struct Programme {
  bool weekly = true;            // else daily
  int weekday = 0;               // Monday is 0
  std::chrono::minutes at{};     // of the day
  std::optional<int> until_day;  // the last day, since 1970-01-01
  Position every_at, until_at;
};

/// The hub's own test credits.
struct Probe {
  std::map<std::string, Text> customer;  // email, phone, loyalty: whose they are
  Text route, store;
  std::optional<Located<Money>> amount;
  std::optional<Located<Duration>> every;  // none: only when somebody asks
};

/// One way on which people are told (ADR 0016).
struct Channel {
  Text name;
  ChannelKind kind = ChannelKind::mail;
  int per_hour = 30;  // messages, at most
  Text host;          // mail, down to `ca_file`
  std::uint16_t port = 0;
  MailTls tls = MailTls::starttls;
  Text user;  // empty: nobody logs in
  std::optional<Secret> password;
  Text from;
  Text ca_file;  // PEM, besides the system's authorities; also of a webhook
  Text url;      // webhook; empty when it is a secret
  std::optional<Secret> secret_url, secret;
  Text connector;  // connector: the one whose operation `notify` sends it
};

/// From `from` until `until`, in minutes of the day there; over midnight where `until` is the lower one.
struct QuietHours {
  int from = 0, until = 0;
  TimeZone zone;
};

struct Tell {
  Text channel;
  std::vector<Text> to;  // addresses, of a mail channel
};

/// Somebody who is told: of the cases of these roles, in these stores (none: in all). Without roles only by the ladder.
struct Contact {
  Text name;
  std::vector<Text> roles, stores;
  std::vector<Tell> tell;
  std::optional<QuietHours> quiet;
};

struct Alerts {
  Duration unconfirmed = std::chrono::minutes(15);  // an older credit that is not on the platform is told of
  Duration repeat = std::chrono::hours(4);
  bool settled = false;  // a word when it is over
  Text link;             // address of the admin listener as people reach it
  std::optional<QuietHours> quiet;
  std::vector<Rung> ladder;  // `ask`: a contact
  std::map<std::string, Channel> channels;
  std::map<std::string, Contact> contacts;
};

/// [identity.customers]: the system whose customer list is kept.
struct Customers {
  Text from;  // empty: none
  Duration every = std::chrono::minutes(15);
  std::int64_t at_most = 1'000'000;
};

struct Settings {
  Retailer retailer;
  Journal store;
  Listen listen;
  std::vector<Text> plugin_directories;
  std::vector<Text> identity_lookup;  // connectors asked for customers, in order
  // Between two looks for the customers of unresolved credits; 0 = none.
  Duration look_again = std::chrono::minutes(15);
  Customers customers;
  EmailRules email_rules;
  std::vector<LoyaltyProgramme> loyalty;  // none: any id of 3 to 40 letters and digits
  Ceilings ceilings;
  Located<Repair> repair;                            // relink unless written
  std::vector<Located<Money>> approve_repair_above;  // at most one amount per currency (INVARIANTS G11)
  std::map<std::string, Store> stores;
  Duration audit_window = std::chrono::hours(24 * 30);  // [audit]: credits issued so long before
  std::optional<Programme> audit_programme;             // none: only when somebody asks
  Probe probe;
  std::vector<Rung> task_ladder;  // [tasks] ladder: the earliest first
  Alerts alerts;
  std::map<std::string, std::map<std::string, Text>> messages;  // for cashiers, by locale or language, by kMessages
  std::map<std::string, Connector> connectors;
  std::map<std::string, Rates> rates;
  std::vector<Route> routes;  // in the order in which they are tried
  std::vector<Test> tests;
  Diagnostics warnings;

  const Connector* connector(std::string_view name) const;
  const Route* route(std::string_view name) const;
};

}  // namespace handoff::config
