#pragma once
// The hub's one loop: read -> decide -> commit -> act (DESIGN 2). A turn takes what arrived and what is due, decides
// over the tables, writes one batch, commits it, and only then answers and sends. The tables are the state; what is
// kept in memory can be thrown away and made again from them at any time, and is, when a commit fails (J7).
//
// engine.cpp has the turn and its queues; each other file says at its top what it is about, and in what order a credit
// meets them is in docs/ARCHITECTURE.md. [one thread]

#include <deque>
#include <map>
#include <queue>
#include <set>
#include <unordered_map>

#include "core/engine/counters.hpp"
#include "core/engine/input.hpp"
#include "core/engine/judge.hpp"
#include "core/engine/plan.hpp"
#include "core/engine/services.hpp"
#include "core/engine/setup.hpp"
#include "core/engine/work.hpp"
#include "core/identity/index.hpp"
#include "core/identity/record.hpp"
#include "core/model/identity.hpp"

namespace handoff::engine {

class Engine {
 public:
  Engine(Setup setup, Services services);
  ~Engine();

  /// Start-up recovery: a new epoch, IN_FLIGHT becomes UNKNOWN (J5). Call once before the first turn.
  std::expected<void, std::string> recover(const std::string& version);

  /// Decides on the inputs and on what is due, commits, acts. The inputs are used up.
  Turn turn(std::vector<Input> inputs);

  /// From now on nothing more is sent: the process is to end. Whoever waits is told after the next turn how far it is.
  void send_no_more();
  /// Whether the answer to a send is still to come.
  bool in_flight() const;

  /// When the next turn is due without any input, on the boot clock; a large number if never.
  std::int64_t next_due() const;

  const EngineCounters& counters() const { return counters_; }
  const Setup& setup() const { return setup_; }
  bool storage_full() const { return full_ || low_; }
  /// A register waits for what the next turns bring.
  bool awaited() const { return !waiters_.empty(); }
  /// For register and operator: where the credit stands now.
  static Standing standing(journal::Reader& read, const CreditRow& credit, const Setup& setup);

 private:
  static constexpr int kHopelessLooks = 8;  // L2: then a person looks

  // engine.cpp
  void take(Input& input);
  void take(Arrived& arrived);
  void take(Command& command);
  void take(AlertNote& alert);
  void run_due();
  void scan();
  void look_at_disk();
  void turn_away(Input& input, const char* why);
  void forget_everything();
  void look_at_clock();
  bool key_is_datable(const Live& live, const CallRow& call);
  bool set_aside(const journal::DbError& error);
  Turn after_failed_commit(const journal::DbError& error, std::vector<Input>& inputs);
  void later(std::int64_t delay_ms, char kind, std::int64_t no);
  void touch(std::int64_t credit);
  std::int64_t now() const { return now_; }
  std::int64_t backoff(int tries);
  void act(std::function<void()> action) { acts_.push_back(std::move(action)); }
  template <class Event>
  void note(std::string_view cid, std::string_view actor, const Event& event) {
    s_.store.append(now_, cid, actor, event);
  }
  journal::Reader& read() { return s_.store.read(); }
  /// As this turn has made it. `known` itself if its batch cannot be stored, and reads nothing any more.
  CreditRow as_noted(const CreditRow& known) { return read().credit(known.no).value_or(known); }

  // line.cpp: limits, pacing, breaker
  enum class Sending { read, first_write, resend };
  bool may_send(const Connector& connector, Sending what, bool urgent, std::function<void()> retry);
  std::int64_t resend_waits(const Connector& connector);
  bool can_check(const Connector& connector);
  void probe(const Connector& connector);
  void send(const Connector& connector, bool fresh, const HttpRequest& request, Pending pending, std::uint64_t ticket);
  void sent_ended(const Connector& connector, const net::Result& result);
  void wake(const Connector& connector, std::int64_t when);
  void pump(const Connector& connector);
  void pause(const Connector& connector, std::int64_t ms);
  void credentials_refused(const Connector& connector, const std::string& why);
  void tell_of_lines();
  void list_failing();

  // admission.cpp
  bool urgent(std::int64_t credit) const;
  void forget_gone_waiters();
  bool has_room(const Queue& queue, std::int64_t credit) const;
  bool admit(const CreditRow& credit, const HopRow& hop);
  bool admit_look_up(const CreditRow& credit);
  void leave(std::int64_t credit, const std::string& hop);
  void leave_all(std::int64_t credit);
  void leave_mirror(const EffectRow& mirror);
  bool at_work(std::int64_t credit, const std::string& connector) const;
  void admit_waiting();

  // intake.cpp
  void take(Submission& submission);
  bool names_another(const CreditRow& known, const identity::Identifiers& given);
  void meet_another_customer(const Submission& submission, const CreditRow& known);
  std::optional<CreditRow> named_by_refs(const SourceEvent& event, const CreditKey& key);
  void told_as(const Submission& submission, const CreditRow& known);
  void cancel_the_other(const Submission& submission);
  std::optional<CreditRow> holder_of(const std::string& surface, const std::string& instrument);
  std::pair<std::string, std::string> surface_of_ref(const std::string& type, const std::string& source) const;
  void accept_new(const Submission& submission);
  void meet_known(const Submission& submission, const CreditRow& known);
  void refuse_collision(const Submission& submission, const CreditRow& known, const std::string& why,
                        const std::string& advice);
  void amend(const Submission& submission, const CreditRow& known);
  bool amend(const std::string& actor, const CreditRow& known, identity::Identifiers given);
  bool is_news(const CreditRow& known, const identity::Identifiers& given);
  void cancel_first(const Submission& submission, const CreditKey& key, const std::string& id);

  // inbound.cpp, pull.cpp
  void take(Webhook& webhook);
  void fetch_hints();
  void fetch_hint(const journal::HintRow& hint);
  void fetched(const journal::HintRow& hint, const Connector& connector, ReadOutcome outcome);
  void submit_records(const Connector& connector, const std::vector<json::Value>& records);
  std::int64_t receive(const Connector& connector, const Hint& hint, const std::string& actor);
  void park_record(const Connector& connector, const json::Value& record, const std::string& wrong);
  void park(const Connector& connector, std::int64_t hint, const std::string& why);
  void close_parked(const Connector& connector, const std::string& object);
  void open_source_case(const std::string& source, const char* kind, const std::string& why, std::int64_t hint);
  void source_answers(const std::string& source, const ReadOutcome& outcome);
  std::string authorisation(const Command& command);
  void refuses_credentials(const Connector& connector, const std::string& why);
  void takes_credentials(const Connector& connector);
  void disk_runs_out();
  void disk_has_room();
  std::optional<CaseRow> source_case(const std::string& begin);
  void close_source_case(const std::string& begin, const char* why);
  std::string decide_of_source(const Command& command, const CaseRow& row);
  std::string ask_source_again(const Command& command, const CaseRow& row);
  bool check_hmac(const Connector& connector, const plugin_host::Asked& asked) const;
  void pull(const Connector& connector);
  bool cursor_ran_out(const Connector& connector, const std::string& from);
  std::int64_t begin_without_cursor(const Connector& connector);
  void note_read_to_its_end(const Connector& connector);

  // credit.cpp
  void advance(std::int64_t credit);
  void resolve(const CreditRow& credit);
  bool resolve_by_memory(const CreditRow& credit, const identity::Identifiers& ids,
                         const std::vector<std::string>& digests);
  std::vector<identity::Identifiers> told(std::int64_t credit);
  std::vector<journal::CaseCandidate> candidates_of(const Connector& connector, const identity::Match& match,
                                                    const identity::Identifiers& sought) const;
  bool find_owner(const CreditRow& credit, std::vector<identity::Identifiers> told);
  void look_for_customer(const CreditRow& credit, std::vector<identity::Identifiers> told, std::size_t look);
  void not_told(const CreditRow& credit, const Connector& connector, const ReadOutcome& outcome,
                std::vector<journal::CaseCandidate> candidates, bool somebody_found);
  void forget_looks(std::int64_t credit);
  void resolved(const CreditRow& credit, std::int64_t customer, const std::string& evidence,
                const std::string& actor = "engine");
  void unresolved(const CreditRow& credit, const std::string& reason,
                  std::vector<journal::CaseCandidate> candidates = {});
  std::int64_t adopt_customer(const Connector& connector, const CustomerInfo& found,
                              const identity::Identifiers& wanted, bool agreed);
  bool route(CreditRow& credit);
  bool hold_unrouted(const CreditRow& credit, const std::string& why);
  std::expected<journal::Booked, std::string> booked_of(const CreditRow& credit, const Conversion& by) const;
  void advance_hops(const CreditRow& credit);
  void move(const CreditRow& credit, const std::string& state, const std::string& reason, bool active);
  void open_case(const CreditRow& credit, const std::string& kind, const std::string& reason, const std::string& role,
                 const std::string& hop = "", std::vector<journal::CaseCandidate> candidates = {});
  void close_cases(std::int64_t credit, const std::string& why, bool (*which)(std::string_view kind),
                   const std::string& actor = "engine");
  void tell_waiters(std::int64_t credit, bool last);
  void tell_waiters(const CreditRow& credit, bool last);
  static bool taken_out(journal::Reader& read, std::int64_t credit);
  static bool confirmed(journal::Reader& read, const CreditRow& credit, const Setup& setup,
                        const routing::Route* route);
  /// As the rules read them at that store.
  identity::Identifiers normalised(const std::string& email, const std::string& phone, const std::string& loyalty,
                                   const std::string& store) const;
  identity::Identifiers identifiers(std::int64_t owner);
  /// What was kept sealed for a credit, or minus a customer, is there and does not open.
  bool is_damaged(std::int64_t owner);
  std::vector<std::string> digests(const identity::Identifiers& ids);

  // second_look.cpp
  std::vector<CustomerInfo> listed_as(const identity::Identifiers& sought);
  void ask_for_customer(const Connector& connector, const identity::Identifiers& sought, bool urgent,
                        std::function<void(ReadOutcome)> then);
  void ask_each_way(const Connector& connector, std::vector<FindCustomerInput> ways, std::size_t at,
                    FindCustomerResult found, bool urgent, std::function<void(ReadOutcome)> then);
  std::optional<CreditRow> still_sought(std::int64_t credit, const identity::Identifiers& newest);
  void found_at(const CreditRow& credit, const Connector& connector, identity::Match match,
                const std::vector<identity::Identifiers>& told, std::size_t sought);
  const Connector* next_to_ask(Found& found) const;
  const Connector* next_for_the_rest(Found& found, identity::Identifiers& about) const;
  void ask_others(const CreditRow& credit, Found found);
  void other_answered(const CreditRow& credit, Found found, const Connector& other, const identity::Identifiers& about,
                      const ReadOutcome& outcome);

  // customers.cpp
  static constexpr std::size_t kCandidatesKept = 5;  // more than that are no help to a person
  const Connector* customers_from() const;
  void load_customers();
  bool has_room_for_customers() const;
  void pull_customers();
  void move_cursor(const std::string& place, const std::string& value);
  void note_customers(const Connector& connector);
  bool take_customer(const Connector& connector, const json::Value& record);
  std::optional<identity::Record> kept_customer(const Connector& connector, const std::string& id);
  void keep_customer(const Connector& connector, const std::string& id, const identity::Record& record);
  void take_over(const Connector& connector, const identity::Person& merged, const std::string& into);
  void customer_gone(const Connector& connector, std::int64_t customer, const std::string& id, const std::string& why);
  void customer_merged(const Connector& connector, std::int64_t customer, const std::string& id,
                       const std::string& into);
  void show_anew(const CreditRow& credit);
  void look_for_waiting();
  void look_for_waiting_now();
  std::vector<journal::CaseCandidate> with_listed(std::vector<journal::CaseCandidate> ranked,
                                                  const identity::Identifiers& sought);

  // look_again.cpp
  void look_again();
  void look_again(const CaseRow& one);
  bool waits_for_customer(const CreditRow& credit, const HopRow& hop);
  void look_again_at(const CreditRow& credit, const HopRow& hop);
  void customer_came(const CreditRow& credit, const HopRow& hop);
  std::int64_t looked_again_ = 0;  // the last case of this pass

  // lateness.cpp
  bool knows_lateness() const;
  std::string late(const CreditRow& credit);
  std::string late_to_be_gone(const CreditRow& credit, const std::vector<HopRow>& hops);
  void look_for_late();

  // ceilings.cpp
  Issued& issued_today();
  void count_issued(const CreditRow& credit);
  std::string needs_approval(const CreditRow& credit);
  bool within_ceilings(const CreditRow& credit, const HopRow& hop);

  // hop.cpp
  void start_hop(const CreditRow& credit, const HopRow& hop);
  static bool goes_to_customer(const Connector& connector, const std::string& op);
  static bool lacks_customer(const Connector& connector, const std::string& op, const CustomerInfo& customer);
  void plan_for_customer(const CreditRow& credit, const HopRow& hop, const Connector& connector, const std::string& op);
  static std::string why_none(NoCustomer why, const Connector& connector);
  void with_customer(const CreditRow& credit, const Connector& connector, std::function<void(Customer)> then);
  void plan_effect(const CreditRow& credit, const HopRow& hop, const Connector& connector, const Plan& plan,
                   const CustomerInfo& customer);
  journal::EffectPlanned effect_of(const CreditRow& credit, const HopRow& hop, const Connector& connector,
                                   const Plan& plan) const;
  EffectKey key_of(const journal::EffectPlanned& planned) const;
  json::Value input_of(const CreditRow& credit, const HopRow& hop, const Connector& connector,
                       const journal::EffectPlanned& planned, const CustomerInfo& customer);
  static std::pair<std::string, std::int64_t> held_as(const CreditRow& credit, const journal::HopPlan& plan);
  std::string cannot_hold(const CreditRow& credit, const journal::HopPlan& plan, const Connector& connector);
  void note_planned(const std::string& cid, journal::EffectPlanned& planned, json::Value input);
  std::string instrument_code(const CreditRow& credit, const HopRow& hop, const std::string& surface,
                              std::int64_t generation);
  void continue_hop(const CreditRow& credit, const HopRow& hop, const Effects& effects);
  void hop_done(const CreditRow& credit, const HopRow& hop);
  void wake_effects(std::int64_t credit);
  void hop_held(const CreditRow& credit, const std::string& hop, const std::string& kind, const std::string& reason);
  std::string business_day(const CreditRow& credit) const;
  CreditInfo credit_info(const CreditRow& credit, const std::string& balance_type) const;
  CreditKey credit_key(const CreditRow& credit) const;

  // effect.cpp
  Live* live(std::int64_t effect);
  std::string restore(Live& live);
  bool set_out(Live& live, const std::string& text);
  void keep_planned(const journal::EffectPlanned& planned, const std::string& data_key, const std::string& arguments);
  void advance_effect(std::int64_t effect);
  void drive(Live& live);
  void ask(Live& live, const plugin_host::Step& step);
  void rest(Live& live, std::int64_t ms);
  void attempt(Live& live, std::int64_t position, const std::string& label, const HttpRequest& request,
               const std::string& digest);
  bool came_too_late(const Live& live, const CallSheet& sheet, std::int64_t position);
  void not_wanted(Live& live, const std::string& why, const std::string& actor);
  void resend(Live& live, const CallRow& call);
  void answered(Live& live, net::Result result);
  void answered_write(Live& live, const plugin_host::Asked& call, net::Result result);
  void conclude(Live& live, std::int64_t position, const Judgement& judgement, const std::string& code,
                std::int64_t elapsed_us);
  void finish(Live& live, const json::Value& result);
  void fail(Live& live, const plugin_host::Step& step);
  void end(Live& live, const std::string& state, const std::string& kind, const std::string& reason);
  void restart_run(Live& live);
  void revise(Live& live, CallRow& call);
  bool lock(Live& live, const CallSheet& sheet);
  void unlock(Live& live);

  // live.cpp: what an effect keeps in memory, and its sealed bodies
  void store_answers(Live& live, std::size_t upto);
  void put_sealed(const Live& live, std::int64_t position, const char* kind, const std::string& text);
  std::optional<std::string> open_sealed(Live& live, std::int64_t position, const char* kind);
  void load_calls(Live& live);
  void set_ids(Live& live);
  std::string key_of(const Live& live, const std::string& label, std::int64_t revision);
  CallRow* open_call(Live& live);
  std::string cid_of(const Live& live);

  // settle.cpp
  void settle(Live& live);
  void look_up(Live& live, const std::string& by, int rule);
  void judge_look_up(Live& live, int rule, const ReadResult& seen);
  bool ended_by_others(const Live& live, const CallRow& call, const ReadResult& seen) const;
  void nothing_found(Live& live, CallRow& call, const CallSheet& sheet, int rule, bool complete);
  void looked_up(std::int64_t effect, int rule, ReadOutcome outcome);
  void adopt(Live& live, int rule, const Sighting& sighting, const std::string& evidence,
             const std::string& actor = "engine");
  void note_settled(Live& live, CallRow& call, const char* how, int rule, const std::string& evidence,
                    const std::string& actor = "engine");
  void settled(Live& live, CallRow& call, const char* how, int rule, const std::string& evidence,
               const std::string& actor = "engine");
  std::string refused_again_and_again(const Live& live, const CallRow& call);  // the last error; empty if not
  void hold_unknown(Live& live, CallRow& call, const std::string& why);
  ReadInput read_input(const Live& live, const std::string& by) const;

  // reversal.cpp
  std::optional<EffectRow> reversal_of(const Live& live, const CallRow& call);
  void reverse_or_hold(Live& live, CallRow& call, const std::string& why);
  bool may_repeat_reversal(const Live& live) const;
  void plan_reversal(Live& live, const CallRow& call);
  void see_it_gone(Live& live);
  void seen_after_reversal(std::int64_t effect, ReadOutcome outcome);

  // verify.cpp
  void verify(Live& live);
  bool void_again(Live& live, const std::string& seen);
  bool proven_by_link(const Live& live);
  void prove_issue(const Live& link, const ReadResult& seen, const std::string& by);
  std::int64_t removal_settles_in(Live& live, bool seen_over);
  std::expected<Removal, std::string> removal(const Live& live, const Sighting& proof);
  bool accounts_for(const Live& live, const Sighting& proof, const Money& removed);
  bool said_by_a_person(std::int64_t credit, const std::string& why);
  void removed(Live& live, const Sighting& proof, const std::string& evidence, const Removal& took);
  void verified(Live& live, const std::string& evidence, const Money& seen, const Money& redeemed = {});

  // observe.cpp
  ReadInput observation(const CreditRow& credit, const Connector& connector);
  void observe(Live& live);
  void observed(Live& live, const std::string& by, const ReadResult& seen);
  void is_ours(Live& live, const std::string& by, const Sighting& sighting);

  // people.cpp
  std::string decide(const Command& command);
  std::string link(const Command& command, const CaseRow& row, const CreditRow& credit);
  static std::string linked_by(const CreditRow& credit);
  identity::Identifiers agreed(const CreditRow& credit, const journal::CaseCandidate& candidate);
  std::string choose(const Command& command, const CaseRow& row, const CreditRow& credit);
  void choose(const std::string& actor, const Connector& connector, const CreditRow& credit,
              const journal::CaseCandidate& chosen, CustomerInfo record);
  bool ask_for_chosen(const std::string& actor, const Connector& connector, const CreditRow& credit,
                      const journal::CaseCandidate& chosen);
  std::string assign(const Command& command, const CaseRow& row);
  std::string note_down(const Command& command, const CaseRow& row);
  std::string cid_of(const CaseRow& row);
  std::string retry(const Command& command, const CreditRow& credit);
  bool is_repaired(const Command& command, const CreditRow& credit);
  std::string close(const Command& command, const CaseRow& row, const CreditRow& credit);
  std::string repair(const Command& command);
  void start_repair(const CreditRow& credit, std::int64_t generation, std::int64_t customer, const std::string& reason,
                    const std::string& actor);
  const char* part_in(const CreditRow& credit, const std::string& actor);
  std::string approve(const Command& command, const CaseRow& row, const CreditRow& credit);
  std::string refuse(const Command& command, const CaseRow& row, const CreditRow& credit);
  void reopen(const std::string& actor, const CreditRow& credit, const EffectRow& effect);
  void go_on(const std::string& actor, const CreditRow& credit, const std::vector<HopRow>& hops);
  /// Where a held credit goes on.
  static std::string state_before(const CreditRow& credit, const std::vector<HopRow>& hops);

  // word.cpp
  std::expected<Live, std::string> doubted(const CaseRow& row);
  std::int64_t may_act_until(const Connector& connector, const CallSheet& sheet, std::int64_t effect) const;
  std::string unsafe(Live& live, const journal::CaseWordGiven& word);
  std::string customer_there(const Live& live);
  bool needs_second_person(const CreditRow& credit);
  std::string give_word(const Command& command, const CaseRow& row, const CreditRow& credit);
  std::string approve_word(const Command& command, const CaseRow& row, const CreditRow& credit);
  std::string refuse_word(const Command& command, const CaseRow& row, const CreditRow& credit);
  void believe(const std::string& actor, const CaseRow& row, const CreditRow& credit, Live& was,
               const journal::CaseWordGiven& word);
  void let_hop_go_on(const std::string& actor, const CreditRow& credit, const EffectRow& effect);
  Sighting as_told(const Live& live, const CallSheet& sheet, const journal::CaseWordGiven& word);
  bool looks_first(const Command& command);
  std::string shown_though(const Command& command, const ReadOutcome& outcome);

  // mirror.cpp
  void want_mirror(const CreditRow& credit, const HopRow& hop, const Connector& connector, const CustomerInfo& customer,
                   std::int64_t removal = 0);
  void plan_mirror(const Connector& connector, const std::string& surface, std::int64_t customer,
                   const CustomerInfo& info, std::int64_t version, std::int64_t without = 0);
  void mirror_done(const EffectRow& row, const CustomerInfo& customer);
  void mirror_held(const EffectRow& row, const CustomerInfo& customer, const std::string& kind,
                   const std::string& reason, bool nobody_there);
  void plan_next_mirror(const EffectRow& row, CustomerInfo customer);
  void note_shown(const Connector& connector, const std::string& surface, std::int64_t customer, std::int64_t without);
  std::string system_of(const EffectRow& effect) const;
  void close_shown_still(const EffectRow& row);
  Effects shown_still(const CreditRow& credit, const Effects& effects);
  void mirror_again(const EffectRow& mirror);

  // cancel.cpp
  static bool is_cancelled(const CreditRow& credit);
  static bool is_taken_away(journal::Reader& read, const CreditRow& credit);
  static std::optional<Standing> cancellation(journal::Reader& read, const CreditRow& credit);
  void cancel(const Submission& submission, const CreditRow& credit);
  std::string cancel_manual(const Command& command);
  std::string take_back(const Command& command, const CreditRow& credit);
  void advance_cancel(const CreditRow& credit);
  void look_at_tombstone(const CreditRow& credit);
  std::string perhaps_there(const CreditRow& credit);
  std::string asks_for_a_look(std::int64_t case_no, const CreditRow& credit);
  void hold_cancel(const CreditRow& credit, const std::string& why);
  std::string why_by_hand(const EffectRow& issue) const;
  void look_whether_it_is_gone(const CreditRow& credit, const EffectRow& issue, const std::string& why);
  void taken_back_by_hand(const CreditRow& credit, const Sighting& seen);
  void remove(const CreditRow& credit, const EffectRow& issue);
  bool book_back(const CreditRow& credit, const HopRow& hop, const Effects& effects);
  bool somebody_looked(const CreditRow& credit, const std::string& at_what);
  std::string issued_by_itself(const CreditRow& credit);
  bool plan_booking(const CreditRow& credit, const HopRow& hop, const Plan& plan, std::int64_t whose);
  bool show_without(const CreditRow& credit, const HopRow& hop, const EffectRow* removal);
  void close_cancelled(const CreditRow& credit);
  void note_cancel(const CreditRow& credit, const std::string& actor);

  // balance.cpp
  void ask_balance(const CreditRow& credit, const std::string& what, const std::string& source,
                   const std::string& actor, const std::string& instrument);
  void take_movement(const Submission& submission, std::optional<CreditRow> known);
  bool look_at_balance(const CreditRow& credit);
  bool was_voided(const CreditRow& credit, const std::string& instrument);
  bool ended_when_empty(const CreditRow& credit);
  void look_at_dead(const CreditRow& credit, const std::string& what, const std::string& source,
                    const std::string& actor, const std::string& instrument);
  std::string value_moved_since(const EffectRow& reissue);
  void balance_case(const CreditRow& credit, std::int64_t asked, const std::string& why);
  void balance_seen(const CreditRow& credit, std::int64_t asked, const Connector& connector, const Sighting& seen);
  void show_again(const CreditRow& credit, const std::string& reason);
  static Books books_of(journal::Reader& read, std::int64_t credit, const std::string& instrument);
  void say(const CreditRow& credit, const std::string& kind, const std::string& text);
  void close_balance_cases(const CreditRow& credit, const std::string& begin, const std::string& why);
  void seen_after_its_end(const CreditRow& credit, std::int64_t asked, const Connector& connector,
                          const std::expected<Sighting, std::string>& seen);
  void ask_if_expired(const CreditRow& credit);
  void look_for_expired();
  void watch_expiry(const CreditRow& credit);
  std::int64_t expired_after_ = 0;  // the round has come to this credit
  // by credit: the wait, and when on the boot clock
  std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> over_;

  // repair.cpp
  std::optional<RepairRow> open_repair(std::int64_t credit);
  void advance_repair(const CreditRow& credit);
  void move_repair(const Repair& repair, const std::string& state, const std::string& why, const Money& removed = {});
  void hold_repair(const CreditRow& credit, const std::string& why);
  void repair_effect_ended(const EffectRow& effect, const std::string& state, const std::string& reason);
  void read_instrument(const CreditRow& credit, const HopRow& hop, const Connector& connector, std::int64_t generation,
                       const std::string& what, std::function<void(std::expected<Sighting, std::string>)> then);
  void look_at_instrument(const Repair& repair, std::function<void(const Repair&, const Sighting&)> then);
  void plan_repair(const Repair& repair, const Plan& plan);
  void plan_repair_for_customer(const Repair& repair, const Plan& plan);
  void repair_look(const Repair& repair);
  void repair_relink(const Repair& repair);
  void relink_impossible(const Repair& repair, const std::string& why);
  void repair_approval(const Repair& repair);
  void repair_freeze(const Repair& repair);
  void repair_void(const Repair& repair);
  void repair_confirmed(const Repair& repair);
  bool grew_beyond_what_was_agreed(const Repair& repair, const Money& removed);
  void plan_reissue(const Repair& repair);
  void repair_reissue(const Repair& repair);

  // repair_end.cpp
  void end_repair(const Repair& repair, const std::string& state, const std::string& why);
  bool rebook(const Repair& repair);
  bool names_another(const CreditRow& credit, const EffectRow& booking);
  bool booked_for_another(const CreditRow& credit);
  void repair_bookings(const CreditRow& credit);
  bool old_mirrors_rest(const Repair& repair);
  void mirror_without(const Repair& repair);

  // recovery.cpp
  void begin_recovery();
  void end_recovery();
  bool restored_lately() const;
  std::int64_t pull_since(std::int64_t usual) const;
  bool lived_before_restore(const Live& live);
  bool lived_before_restore(const CreditRow& credit) const;
  bool sent_by_the_lost(const CreditRow& credit);
  bool perhaps_booked_by_the_lost(const CreditRow& credit);
  bool must_look_first(const Live& live, const CallSheet& sheet, const CallRow* call);
  bool sent_in_this_life(const CallRow& call);
  std::string perhaps_by_the_lost(std::int64_t credit);
  bool look_is_better(const CallSheet& sheet, const CallRow& call) const;
  void doubt(Live& live, std::int64_t position, const CallSheet& sheet);
  std::int64_t next_version(std::int64_t last) const;
  void source_read(const Connector& connector, std::size_t records, std::uint64_t fresh, bool done);
  bool sources_read_again();

  // gap.cpp
  std::string open_gap(const Command& command);
  std::string open_gap_of_nobody(const Command& command);
  void close_gap_of_nobody(const Command& command);
  std::string close_gap(const Command& command);

  // probe.cpp
  void look_at_probes();
  void watch_probes();
  void end_probe(const CreditRow& probe);
  bool probes_watched_ = false;

  // look.cpp
  void take(Look& look);
  std::expected<ReadInput, std::string> input_of(const Connector& connector, std::int64_t effect);

  // read_run.cpp
  void start_read(const Connector& connector, const std::string& op, const json::Value& input, bool urgent, Then then,
                  bool at_once = false);
  void drive_read(std::uint64_t no);
  void send_reads(std::uint64_t no);
  void read_answered(const Pending& pending, net::Result result);
  void slept(std::uint64_t read);
  static bool can_be_sent(const Connector& connector, const plugin_host::Asked& call);
  void end_read(std::uint64_t no, ReadOutcome outcome);

  Setup setup_;
  Services s_;
  EngineCounters counters_;
  std::int64_t now_ = 0;       // wall, fixed for the turn
  std::int64_t boot_now_ = 0;  // boot, fixed for the turn
  std::int64_t boot_to_wall_ = 0;
  bool clock_read_ = false;
  std::int64_t clock_epoch_ = 0;  // J11: the windows of keys first sent in this epoch or before count as expired
  bool full_ = false;
  std::optional<journal::RestoreRow> restore_;  // J10: the last one, open or closed
  bool older_noticed_ = false;
  std::uint64_t next_ticket_ = 0, next_read_ = 0, next_order_ = 0;
  std::int64_t scanned_ = 0;  // active credits up to this number have been looked at
  bool scan_done_ = false;
  std::int64_t late_after_ = 0, late_cases_after_ = 0;  // how far the round of lateness has come
  std::int64_t bodies_after_ = 0;                       // the pass over old bodies has come to this effect
  std::vector<std::function<void()>> acts_;
  std::vector<net::Departure> departures_;  // after the acts
  std::unordered_map<std::int64_t, Live> live_;
  std::unordered_map<std::uint64_t, ReadRun> reads_;
  std::unordered_map<std::uint64_t, Pending> tickets_;
  std::map<std::string, Line> lines_;                                    // by the connector's name
  std::map<std::string, Queue> queues_;                                  // by its id; "" of identity look-ups
  std::map<std::pair<std::int64_t, std::string>, std::string> at_work_;  // (credit, hop) -> key of its queue
  std::set<std::int64_t> touched_;
  Issued issued_;
  std::set<std::string> locks_;
  std::map<std::string, std::set<std::int64_t>> lock_waiters_;
  std::set<std::pair<std::int64_t, std::string>> busy_;  // (credit, what) with a look-up under way
  std::map<std::pair<std::int64_t, std::string>, int> look_tries_;
  std::set<std::int64_t> poisoned_;  // credits of which the next thing cannot be stored, until a person says retry
  std::map<std::int64_t, std::int64_t> held_from_;  // effect whose call is in doubt -> boot ms of its last send
  std::int64_t started_ = 0;                        // boot ms: what was in flight before counts from there
  std::int64_t flights_end_ = 0;  // boot ms: until then a request that memory forgot may still reach its vendor
  bool sends_no_more_ = false;
  bool may_have_disk_case_ = true;       // perhaps from before this start
  bool low_ = false;                     // J7: the disk is below its reserve
  std::int64_t disk_seen_ = -1'000'000;  // boot ms
  std::int64_t waiters_seen_ = 0;        // boot ms of the last look who is still there
  // held_as -> the least and the most that was found to fit
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> holds_;
  std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> balance_due_;  // credit -> look_at, boot ms of the look
  std::unordered_map<std::int64_t, std::vector<Waiting>> waiters_;
  std::set<std::int64_t> damaged_;     // owners whose sealed row does not open, said once
  std::set<std::int64_t> hints_busy_;  // under way
  std::int64_t hints_seen_ = 0;
  std::map<std::int64_t, int> hint_tries_;
  std::map<std::string, int> source_failures_;           // in a row, of a connector's pulls
  identity::Index people_;                               // of the system whose customer list is kept
  std::string listed_after_;                             // loaded up to this id
  std::map<std::string, std::int64_t> gone_lately_;      // their ids, wall ms
  bool customers_changed_ = false;                       // by the pages of the pull that is under way
  bool waiting_looked_for_ = false;                      // a pass over what waits for a customer is under way
  std::int64_t waiting_after_ = 0;                       // and has come to this case
  std::map<std::string, std::int64_t> read_again_from_;  // connector id, wall ms
  std::priority_queue<Due, std::vector<Due>, std::greater<Due>> due_;
};

}  // namespace handoff::engine
