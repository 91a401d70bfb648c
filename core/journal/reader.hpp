#pragma once
// Queries over the folded tables. The engine has one on its writing connection; the reader thread and the command
// line have one on a read-only connection of their own.

#include <functional>
#include <memory>
#include <vector>

#include "core/journal/rows.hpp"
#include "core/journal/sqlite.hpp"

namespace handoff::journal {

class Reader {
 public:
  explicit Reader(Database& db);
  ~Reader();

  /// A read has failed, and every one since came out empty, as does any to come: what was read is no answer. Until who owns
  /// the connection has taken the error.
  bool failed() const { return db_.failed(); }
  /// Why, in SQLite's words. Empty if all is well.
  const std::string& problem() const { return db_.error().message; }

  std::optional<CreditRow> credit(std::int64_t no);
  std::optional<CreditRow> credit_by_id(std::string_view id);
  std::optional<CreditRow> credit_by_ref(std::string_view surface, std::string_view type, std::string_view id);
  bool has_refs(std::string_view surface, std::string_view type);
  /// Active credits with a number above `after`, in order.
  std::vector<std::int64_t> active_credits(std::int64_t after, std::int64_t limit);
  /// Between these numbers: at rest with value that expires some day, or waiting for a look that only memory knew of.
  std::vector<std::int64_t> to_be_looked_at(std::int64_t after, std::int64_t until);
  /// Credits with a number above `after` that wait for identity, and those with a hop queued at that connector.
  std::vector<std::int64_t> accepted_credits(std::int64_t after, std::int64_t limit);
  std::vector<std::int64_t> queued_credits(std::string_view connector, std::int64_t after, std::int64_t limit);
  /// Credits of a customer whose value is available on the platform.
  std::vector<CreditRow> available_credits(std::int64_t customer);
  /// Newest first; `state` empty for all. Of what is complete, or of all, it reads back from the newest one.
  std::vector<CreditRow> credits(std::string_view state, std::int64_t limit);

  /// Credits with a number above `after` that came since then (Unix ms), in order.
  std::vector<CreditRow> credits_since(std::int64_t at, std::int64_t after, std::int64_t limit);

  /// Credits whose id begins so: of one day, or of one day and place (kIdDayBytes, kIdPlaceBytes).
  void for_credits_of(std::string_view id_begin, const std::function<void(const CreditRow&)>& each);

  /// Probes (kProbeSource) that are not closed, in order; and when the last one came (Unix ms), 0: never.
  std::vector<CreditRow> open_probes();
  std::int64_t last_probe_at();

  /// Credits that a person may mean by this text: a transaction, the source's unique id, an instrument, or an id that
  /// any system gave. Newest first. Scans whole tables: for people, not for the engine.
  std::vector<std::int64_t> credits_known_as(std::string_view text, std::int64_t limit);
  struct Ref {
    std::string surface, type, id;
  };
  std::vector<Ref> refs(std::int64_t credit);

  /// What a person looks for: newest first; what is empty or 0 fits all. Walks the credits until there are enough.
  struct CreditSearch {
    std::string state, store, business_date;
    Money amount;
    std::int64_t customer = 0;
  };
  std::vector<CreditRow> credits_like(const CreditSearch& like, std::int64_t limit);
  /// The credit of the newest of the last `limit` issues whose tuple (what its code derives from) fits; 0: of none.
  std::int64_t issue_where(std::int64_t limit, const std::function<bool(std::string_view tuple)>& fits);

  struct Event {
    std::int64_t seq = 0, at = 0;
    std::string payload, actor;
  };
  /// The first journal row of that kind about a credit (its id), at or after `from_seq`; scans from there.
  std::optional<Event> first_event(std::string_view cid, std::string_view kind, std::int64_t from_seq);

  /// The number of the last journal row.
  std::int64_t last_row();
  /// Row `from`, if it still exists. After a restore: the last row before the lost part. Zeros: there is none.
  struct Place {
    std::int64_t seq = 0, epoch = 0;
  };
  Place place(const Place& from);
  /// Credits of a store (empty: of all) that rows after `seq` are about, at most `rows` rows further; `last`: the last row
  /// looked at.
  struct Moved {
    std::int64_t last = 0;
    std::vector<std::int64_t> credits;
  };
  Moved moved_credits(std::int64_t seq, std::string_view store, std::int64_t rows);

  std::vector<HopRow> hops(std::int64_t credit);
  struct OldestAtHop {
    std::string hop;
    std::int64_t credits = 0, oldest = 0;  // the credit's number
  };
  /// Where credits that are under way are just now, by hop.
  std::vector<OldestAtHop> oldest_at_hops();
  /// By connector: effects whose last attempt was refused before it did anything ("429"), and which wait to be sent again.
  struct Asked {
    std::string connector, code;
    std::int64_t effects = 0;
  };
  std::vector<Asked> asked_to_wait();
  /// Whether the hop asks for a read-back; true of a hop that is in no plan.
  bool hop_verifies(std::int64_t credit, std::string_view hop);
  /// Credits with a running mirror hop to that connector for that customer, waiting for a version up to `version`.
  std::vector<HopRow> mirror_hops(std::int64_t customer, std::string_view connector, std::int64_t version);
  /// Of available_credits(), the numbers of those without a mirror hop of that surface.
  std::vector<std::int64_t> not_mirrored_at(std::int64_t customer, std::string_view surface);

  /// What was planned to be issued since then (Unix ms), repairs apart, by store. Reads the effects from the newest
  /// back.
  struct StoreSum {
    std::string store;
    Money amount;
  };
  std::vector<StoreSum> issued_since(std::int64_t at);

  std::optional<EffectRow> effect(std::int64_t no);
  std::vector<EffectRow> effects(std::int64_t credit);
  std::vector<EffectRow> open_effects();
  /// The newest effect of that subject and operation at a surface.
  std::optional<EffectRow> last_effect(std::string_view subject, std::string_view surface, std::string_view op);
  std::optional<EffectRow> effect_of(std::string_view subject, std::string_view surface, std::string_view op,
                                     std::int64_t generation, std::int64_t ordinal);
  std::vector<CallRow> calls(std::int64_t effect);
  std::vector<AttemptRow> attempts(std::int64_t effect);
  std::vector<PostingRow> postings(std::int64_t credit);
  /// Of a credit, oldest first; at most the last is open (G1).
  std::vector<RepairRow> repairs(std::int64_t credit);

  std::vector<CaseRow> cases(std::string_view state, std::int64_t limit);
  std::optional<CaseRow> case_of(std::int64_t no);
  std::vector<CaseRow> cases_of(std::int64_t credit);
  /// Open ones of a kind with a number above `after`, in order.
  std::vector<CaseRow> open_cases(std::string_view kind, std::int64_t after, std::int64_t limit);
  /// Open ones about a record of that connector that could not be read.
  std::vector<CaseRow> cases_of_parked(std::string_view connector, std::string_view object);
  /// Of kind `gap` and no credit, open and closed, whose reason begins with "NAME: ".
  std::vector<CaseRow> gaps_of_nobody(std::string_view name);
  /// Oldest first.
  std::vector<CaseNoteRow> case_notes(std::int64_t no);

  std::vector<AlertRow> alerts();
  std::vector<AlertChannelRow> alert_channels();
  /// Credits under way that were accepted before then (Unix ms) and are not proven to be on the platform, with the hop at
  /// which they are (empty: before the first); and those whose repair took them away there before then and has not given
  /// them again, at `kAtRepair`. `since`: of the one or the other. The oldest credit first.
  static constexpr const char* kAtRepair = "repair";
  struct Unconfirmed {
    std::int64_t credit = 0;
    std::string hop;
    std::int64_t since = 0;
  };
  std::vector<Unconfirmed> unconfirmed(std::int64_t before, std::int64_t limit);

  std::optional<std::int64_t> customer_by_digest(std::string_view digest);
  std::string customer_hub(std::int64_t customer);
  std::optional<std::int64_t> customer_by_hub(std::string_view hub);
  std::vector<std::int64_t> customers_by_ref(std::string_view surface, std::string_view id);
  std::vector<CreditRow> credits_of(std::int64_t customer);
  std::string customer_ref(std::int64_t customer, std::string_view surface);

  /// The newest, open or closed, and what its sources said.
  std::optional<RestoreRow> last_restore();
  std::vector<RestoreSourceRow> restore_sources(std::int64_t epoch);
  /// Effects up to that number that are not over.
  std::int64_t open_effects_up_to(std::int64_t no);
  /// Effects that are not over and may have been sent by a hub that was lost.
  std::int64_t open_doubted_effects();

  std::vector<HintRow> open_hints(std::int64_t after, std::int64_t limit);
  std::optional<HintRow> hint(std::int64_t no);
  bool hint_known(std::string_view connector, std::string_view id);
  std::string cursor(std::string_view connector);
  std::vector<TokenRow> tokens();
  std::string name_id(std::string_view name);
  std::string meta(std::string_view name);

  /// One system's customer list: sealed key and data of a record (empty if there is none), and records with an id
  /// above `after`, in order.
  std::pair<std::string, std::string> listed(std::string_view connector, std::string_view id);
  struct Listed {
    std::string id, key, data;
  };
  std::vector<Listed> directory(std::string_view connector, std::string_view after, std::int64_t limit);

  /// Sealed key and sealed data of an owner; empty strings if there are none.
  std::pair<std::string, std::string> personal(std::int64_t owner);
  std::string body(std::int64_t effect, std::int64_t call, std::string_view kind);

  struct Counts {
    std::vector<std::pair<std::string, std::int64_t>> credits_by_state, hints_by_state;
    std::int64_t open_cases = 0, open_effects = 0, journal_rows = 0;
  };
  /// `complete` is what is left of all, so a credit that comes meanwhile may be missing once.
  Counts counts();
  std::int64_t max_of(std::string_view table);

 private:
  struct Statements;
  Database& db_;
  std::unique_ptr<Statements> s_;
};

/// A read-only connection to a store that someone else may be writing.
class ReadOnlyStore {
 public:
  static std::unique_ptr<ReadOnlyStore> open(const std::string& path, std::string& error);
  Reader& read() { return *reader_; }
  /// From here on every read is of this moment.
  void freeze() { db_->run("BEGIN"); }
  /// Why reads come out empty, if they do: "file is not a database". Empty if all is well.
  std::string problem() const { return db_->error().message; }
  /// After a problem, for who reads for long: a new connection where one opens, else this one, without the problem. What
  /// read() gave is gone. Gives back the problem there was; without one it does nothing.
  std::string start_over();

 private:
  bool connect(std::string& error);

  std::string path_;
  std::unique_ptr<Database> db_;
  std::unique_ptr<Reader> reader_;
};

}  // namespace handoff::journal
