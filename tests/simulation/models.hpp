#pragma once
// The four systems of the chain behind the register. Shapes: the vendors' published documents, as the connectors'
// connector.json names them. Their ledgers are public: they are the ground truth of a seed.

#include <algorithm>

#include "tests/simulation/catalogue.hpp"
#include "tests/simulation/vendor.hpp"

namespace handoff::simulation {

inline constexpr const char* kCurrency = "USD";

/// The platform: instruments that a shopper can spend, and whose they are.
class PlatformModel : public Vendor {
 public:
  PlatformModel(World& world, const std::vector<Person>& people, const char* name = "cards");

  struct Voucher {
    std::string id, code, credit, reference;
    std::int64_t amount = 0;  // hundredths
    Time made_at = 0;
    std::string expires_at;
    bool by_others = false;  // somebody switched it off in the vendor's own screen
    Lagging<std::int64_t> redeemed, cleared;
    std::int64_t spent_late = 0, came_back = 0;  // when it was dead
    bool untold = false;                         // and nobody tells the hub of some of that
    bool lost = false;                           // its vendor has put a backup back that did not know it,
    bool rolled_back = false;                    // or knew it as it was before
    Lagging<bool> active, over;                  // over: its time is
    bool usable() const { return !lost && active.now() && !over.now(); }
    std::int64_t spendable() const { return usable() ? amount - redeemed.now() - cleared.now() : 0; }
    Lagging<std::string> holder;
  };
  struct Customer {
    std::string id, source_id, email, phone;
  };
  const std::vector<Voucher>& vouchers() const { return vouchers_; }
  /// At a till or in the shop: takes what is there, up to the amount; what was taken.
  std::int64_t redeem(std::size_t voucher, std::int64_t most);
  /// Goods come back: what was spent of it is on it again, if it is one that can be spent. What was given back.
  std::int64_t give_back(std::size_t voucher, std::int64_t most);
  /// An offline till posts late what it took of a card that is dead by now, or (less than nothing) goods that were paid with
  /// it come back. What moved.
  std::int64_t move_dead(std::size_t voucher, std::int64_t by, bool told);
  /// V20: of so long ago. What was made since is nowhere, what was done since is undone. The credits it is about.
  std::vector<std::string> put_backup_back(Time age);
  /// Null if that is not the id of one customer.
  const Customer* customer(const std::string& id) const;
  void disable_by_hand(std::size_t voucher);
  bool has_voucher_of(const std::string& credit) const;
  /// Credits whose value here has changed since the last call.
  std::vector<std::string> take_touched() { return std::exchange(touched_, {}); }
  /// From now on some voids are not what the answer says (V21, V22).
  virtual void void_falsely(Fault, FaultBook&) {}

 protected:
  virtual void set_active(std::size_t voucher, bool active);
  void expire(std::size_t voucher, const std::string& at);
  virtual void redeemed(std::size_t, std::int64_t) {}  // less than nothing: given back
  Voucher& add(const std::string& id, const std::string& code);

  std::vector<Voucher> vouchers_;
  std::vector<Customer> customers_;
  std::vector<std::string> touched_;
};

/// Gift vouchers under codes of the caller's choice, published once: no second link.
class VoucherifyModel : public PlatformModel {
 public:
  VoucherifyModel(World& world, const std::vector<Person>& people);
  HttpReply handle(const VendorRequest& request) override;
  HttpReply throttle(const VendorRequest& request, const std::string& retry_after) override;
  void void_falsely(Fault how, FaultBook& book) override {
    false_void_ = how;
    book_ = &book;
  }
  /// Meanwhile the key may not void, or not link.
  void take_right(bool to_void, Time from, Time until, FaultBook& book) {
    rights_taken_.push_back({to_void, from, until});
    book_ = &book;
  }

 private:
  struct Taken {
    bool to_void;
    Time from, until;
  };
  bool may_not(bool to_void);
  HttpReply create(const VendorRequest& request, const std::string& code);
  HttpReply disable(std::size_t voucher);
  HttpReply disable_untruly(std::size_t voucher);
  HttpReply publish(const json::Value& body);
  HttpReply list_customers(const std::string& email);
  Voucher* find(const std::string& name);
  json::Value show(const Voucher& voucher, Time when) const;

  Stream voids_;
  std::vector<Taken> rights_taken_;
  Fault false_void_ = Fault::none;
  FaultBook* book_ = nullptr;
};

/// Customer balances with idempotency keys that store answers, errors too.
class StripeModel : public Vendor {
 public:
  StripeModel(World& world, const std::vector<Person>& people);
  void sign_up(Person& person);
  HttpReply handle(const VendorRequest& request) override;
  HttpReply fail(const VendorRequest& request, bool with_effect) override;
  HttpReply throttle(const VendorRequest& request, const std::string& retry_after) override;
  HttpReply throttle_executed(const VendorRequest& request, const std::string& retry_after) override;
  Fault as_here(Fault fault) const override { return fault; }
  /// Keys are kept shorter than promised (V12).
  void forget_keys_after(Time kept, FaultBook& book) {
    keys_kept_ = kept;
    book_ = &book;
  }
  /// Another program of the retailer's books for the same customers, many rows at a time (V14).
  void fill_histories(FaultBook& book) {
    fills_histories_ = true;
    book_ = &book;
  }

  /// Meanwhile the key may not book (V24).
  void take_right(Time from, Time until, FaultBook& book) {
    may_not_book_.emplace_back(from, until);
    book_ = &book;
  }

  struct Transaction {
    std::string id, customer, currency, credit, reference, key;
    std::int64_t amount = 0;  // negative = credit to the customer
    Time at = 0;
  };
  /// Whether that key had made a transaction before then, whatever was answered.
  bool carried_out(const std::string& key, Time before) const {
    return std::ranges::any_of(transactions_,
                               [&](const Transaction& made) { return made.key == key && made.at < before; });
  }
  struct Customer {
    std::string id, email, phone;
  };
  const std::vector<Transaction>& transactions() const { return transactions_; }
  const Customer* by_email(const std::string& email) const;

 private:
  void add(const Person& person);
  struct Stored {
    Time at = 0;
    std::string parameters;
    HttpReply answer;
  };
  HttpReply post(const VendorRequest& request, const std::string& customer);
  HttpReply history(const VendorRequest& request, const std::string& customer);
  HttpReply find_customers(const VendorRequest& request) const;
  Stored* stored(const VendorRequest& request);

  std::vector<Customer> customers_;
  std::vector<Transaction> transactions_;
  std::map<std::string, Stored> keys_;
  void others_book(const std::string& customer);

  std::vector<std::pair<Time, Time>> may_not_book_;
  Stream others_;
  FaultBook* book_ = nullptr;
  bool fills_histories_ = false;
  Time keys_kept_ = kDay;  // "at least 24 hours"; at that very moment they are gone
};

/// Journals, their lines, and the general ledger.
class BusinessCentralModel : public Vendor {
 public:
  explicit BusinessCentralModel(World& world) : Vendor(world, "books") {}
  HttpReply handle(const VendorRequest& request) override;
  HttpReply throttle(const VendorRequest& request, const std::string& retry_after) override;

  static constexpr const char* kCompany = "00000000-0000-0000-0000-00000000c0de";

  struct Entry {
    std::string document, account, description;
    Money debit, credit;
    Time at = 0;
  };
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  struct Line {
    std::string id, document, account, balancing, description, comment;
    Money amount;
    Time made_at = 0, posted_at = 0;
  };
  struct Journal {
    std::string id, code, name;
    Time made_at = 0;
    std::vector<Line> lines;
  };
  HttpReply make_journal(const json::Value& body);
  HttpReply make_line(Journal& journal, const json::Value& body);
  HttpReply post(Journal& journal);
  HttpReply list_journals(const std::string& code);
  HttpReply list_lines(const Journal& journal);
  HttpReply list_entries(const std::string& document);
  static json::Value show(const Line& line);

  std::vector<Journal> journals_;
  std::vector<Entry> entries_;
};

/// A metafield per customer, written by compare-and-set.
class ShopifyModel : public Vendor {
 public:
  ShopifyModel(World& world, const std::vector<Person>& people);
  /// Somebody who was no customer of the shop becomes one.
  void sign_up(Person& person);
  HttpReply handle(const VendorRequest& request) override;
  HttpReply throttle(const VendorRequest& request, const std::string& retry_after) override;
  bool writes(const VendorRequest& request) const override;

  struct Metafield {
    std::string value, digest;
  };
  struct Customer {
    std::string id, email, phone;
    Lagging<Metafield> metafield;
  };
  /// The amount that the shop shows for a credit; nothing if it shows none.
  std::optional<std::string> shown(const std::string& email, const std::string& credit) const;

 private:
  void add(const Person& person);
  HttpReply find(const json::Value& by) const;
  HttpReply get(const json::Value& variables);
  HttpReply set(const json::Value& input);
  Customer* customer(std::string_view id);

  std::vector<Customer> customers_;
};

}  // namespace handoff::simulation
