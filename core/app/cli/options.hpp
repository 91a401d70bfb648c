#pragma once
// What was asked on the command line. One struct for all commands: each uses its part.

#include <cstdint>
#include <string>
#include <vector>

namespace handoff::cli {

struct Options {
  // where the hub is
  std::string config = "handoff.toml";
  bool config_given = false;
  std::string admin;       // URL; empty: the configuration's
  std::string token_file;  // empty: HANDOFF_TOKEN, else <store>.admin-token
  bool json = false;

  // lint
  std::string path;
  bool no_secrets = false;

  // lists
  std::string state;
  std::int64_t limit = 50;
  bool all = false;
  std::string on, customer;  // of credits; its store is the token's field, its amount that of credits issue

  // trace
  std::string what;
  bool brief = false, bodies = false;

  // decisions on a case
  std::int64_t number = 0;
  std::string email, phone, loyalty, reason;
  std::int64_t candidate = 0;
  std::string to, from, note;
  bool happened = false, not_happened = false;
  std::string instrument;

  // cases; their store and role are the token's fields
  std::string assignee;
  std::string asked;  // tasks
  bool by_cause = false, csv = false, dry_run = false;

  std::string route;  // probe; its store is the token's field, its amount that of credits issue

  // credits issue
  std::string amount, balance_type, key, adopts;

  // identity explain; its store is the token's field
  std::string region;

  // connector
  std::string connector;
  bool markdown = false;
  std::vector<std::string> plugins;

  // connector test, connector new
  std::string cassettes;
  std::vector<std::string> only;
  bool list = false;
  std::string directory;

  // sandbox
  std::vector<std::string> passed_on;

  // store
  std::string file;

  // token
  std::string role, store, name;

  // repair of many
  struct Repair {
    std::string plan, from;                         // --plan FILE --from DIR
    std::vector<std::string> approve_above, adopt;  // "100.00 USD"
    std::string apply, decisions;                   // --apply FILE --decisions FILE
    bool dry_run = false;
  } repair;

  // diagnose
  std::string diagnose_from;  // the folder of an audit

  // map; its store is the token's field
  struct Map {
    std::string from_exports;  // the folder of an audit
    std::string folder;        // -o
    bool charter = false;
  } map;

  // audit
  struct Audit {
    std::vector<std::string> pos, platform, payments, erp, storefront, logs;
    std::string map, as_of, region, currency;
    std::string window = "30d", memory = "256M";
    std::vector<std::string> sla;   // "24h" or "storefront=2h"
    std::vector<std::string> rows;  // "pos=20000"
    std::string folder;             // -o
    std::string work;               // empty: the folder of -o, else the current one
    unsigned threads = 0;           // 0: all processors
    bool guess = false;
    bool live = false;
    std::string history;  // folder
  } audit;
};

}  // namespace handoff::cli
