#pragma once
// An ERP behind JSON-RPC: parties with contact mechanisms, a chart of two accounts, monthly periods, and moves that are
// made as drafts and posted for ever. Money in hundredths.

#include <expected>
#include <map>
#include <set>

#include "tryton_domain.hpp"
#include "vendor.hpp"

namespace sandbox {

struct TrytonState {
  struct Line {
    std::int64_t id = 0, account = 0, party = 0, debit = 0, credit = 0, created_ms = 0;  // party 0: none
    std::string description;
  };
  struct Move {
    std::int64_t id = 0, journal = 0, period = 0, written_ms = 0;  // written_ms 0: never changed
    std::string number, post_number, description;                  // post_number empty: a draft
    Json date;
    std::vector<Line> lines;
    bool posted() const { return !post_number.empty(); }
  };
  struct Mechanism {
    std::int64_t id = 0, party = 0;
    std::string type, value;
  };
  struct Party {
    std::int64_t id = 0;
    std::string name, email;
  };

  std::map<std::int64_t, Party> parties;
  std::vector<Mechanism> mechanisms;
  std::map<std::int64_t, Move> moves;  // by id, which counts up
  std::int64_t next_party = 2, next_move = 1, next_line = 1, next_post = 1;
};

class Tryton : public StatefulVendor<TrytonState> {
 public:
  using State = TrytonState;
  explicit Tryton(const Clock& clock) : StatefulVendor(clock) {}

  std::string_view name() const override { return "tryton"; }
  bool is_read(const Request& request) const override;
  Response too_many_requests(const RateLimit& limit) const override;
  Response server_error() const override;
  /// closed_periods: ["2026-10"], in which nothing may be made or posted.
  std::optional<std::string> configure(const Json& settings) override;

 protected:
  Response serve(State& state, const Request& request) override;
  Json ledger_of(const State& state) const override;
  void add_customer(State& state, const Customer& customer) override;

 private:
  using Result = std::expected<Json, Json>;  // the result, or what stands under `error`
  Result call(State& state, std::string_view method, const Json::Array& params);
  Result create(State& state, const Json& moves);
  Result post(State& state, const Json& ids);
  std::expected<TrytonState::Line, Json> line_from(State& state, const Json& values) const;
  std::vector<tryton::Row> rows_of(const State& state, std::string_view model) const;
  bool closed(const std::string& month) const;

  mutable std::mutex settings_mutex_;
  std::set<std::string> closed_;
};

}  // namespace sandbox
