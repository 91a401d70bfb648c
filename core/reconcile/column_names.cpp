#include "core/reconcile/column_names.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace handoff::reconcile {

namespace {

using Names = std::vector<std::string_view>;

/// `whole`: letters and digits of the name, the surest first. `words`: one of its words. `never`: a word that means
/// something else.
struct Called {
  Names whole, words, never;
};

const std::array<Called, static_cast<std::size_t>(Means::count)>& called() {
  // clang-format off
  static const std::array<Called, static_cast<std::size_t>(Means::count)> list = {{
      /* email */ {{"email", "customeremail", "emailaddress", "mail"}, {"email", "mail"}, {}},
      /* phone */
      {{"phone", "customerphone", "phonenumber", "mobile", "telefon", "handy"}, {"phone", "mobile", "telefon", "tel"}, {}},
      /* loyalty */
      {{"loyaltyid", "loyalty", "membernumber", "loyaltynumber", "kundenkarte"},
       {"loyalty", "member", "membership", "kundenkarte"},
       {"team", "staff", "email", "mail", "phone"}},
      /* currency */ {{"currency", "currencycode", "iso4217", "waehrung"}, {"currency", "ccy", "waehrung", "curr"}, {}},
      /* time */
      {{"createdat", "created", "issuedat", "timestamp", "datetime", "time", "transactiontime", "postingdate", "date",
        "businessdate", "zeitstempel", "zeitpunkt", "datum", "buchungsdatum", "ts", "when"},
       {"created", "issued", "time", "timestamp", "occurred", "posted", "posting", "booked", "datetime", "date", "ts",
        "at", "on", "when", "zeitstempel", "zeitpunkt", "datum", "erstellt", "buchungsdatum", "buchungstag", "erfasst"},
       {"updated", "modified", "changed", "expires", "expiry", "expiration", "valid", "by", "business", "geaendert",
        "ablauf", "amount", "user"}},
      /* clock */ {{"time", "uhrzeit", "timeofday", "zeit", "clock"}, {"time", "uhrzeit", "zeit"}, {}},
      /* business_date */
      {{"businessdate", "businessday", "tradingdate", "buchungstag", "geschaeftstag", "kassentag", "salesdate", "date",
        "datum"},
       {"business", "trading", "geschaeftstag", "buchungstag", "kassentag"},
       {}},
      /* balance */
      {{"balance", "remainingbalance", "remaining", "currentbalance", "giftbalance", "balanceminor", "restguthaben",
        "restwert", "saldo"},
       {"balance", "remaining", "restguthaben", "restwert", "restbetrag", "saldo", "guthaben"},
       {"type", "kind", "category", "art", "before", "currency", "date", "at"}},
      /* amount */
      {{"amount", "amountminor", "amountcents", "value", "issuedamount", "creditamount", "initialamount", "initialvalue",
        "total", "betrag", "wert"},
       {"amount", "value", "val", "betrag", "wert", "sum", "summe", "face", "facevalue", "nennwert", "cents", "minor",
        "initial", "money", "much"},
       {"balance", "remaining", "rest", "currency", "type", "date", "tax", "vat", "discount", "fee"}},
      /* type */
      {{"type", "transactiontype", "entrytype", "movement", "event", "kind", "eventtype", "recordtype", "buchungsart",
        "belegart", "satzart", "vorgang", "art", "action", "operation", "op", "bewegung", "bewegungsart", "buchungstyp",
        "vorgangsart", "transaktionsart", "transaktionstyp", "geschaeftsvorfall", "ereignis", "typ", "activity",
        "activitytype", "movementtype"},
       {"type", "kind", "movement", "event", "action", "operation", "activity", "op", "art", "vorgang", "buchungsart",
        "belegart", "satzart", "what", "bewegung", "bewegungsart",
        "vorgangsart", "transaktionsart", "ereignis", "typ"},
       {"balance", "credit", "id", "time", "date", "customer", "currency", "card", "reason", "at"}},
      /* status */ {{"status", "state", "active", "zustand"}, {"status", "state", "active", "void", "voided", "cancelled", "storniert"}, {"at"}},
      /* balance_type */
      {{"balancetype", "credittype", "walletcategory", "category", "guthabenart", "gutschriftart", "creditreason", "reason", "type", "art",
        "typ"},
       {"category", "reason", "guthabenart", "gutschriftart", "grund", "wallet", "kind"},
       {"id", "amount", "code", "email", "mail", "time", "currency"}},
      /* store */
      {{"store", "storeid", "storenumber", "location", "locationid", "shop", "branch", "filiale", "filialnummer", "markt"},
       {"store", "location", "branch", "filiale", "shop", "site", "outlet", "markt", "where", "salon"},
       {"credit", "time", "name"}},
      /* terminal */
      {{"terminal", "terminalid", "register", "registerid", "till", "device", "deviceid", "kasse", "kassennummer"},
       {"terminal", "register", "till", "kasse", "kassennummer", "device", "workstation", "lane", "reg"},
       {}},
      /* staff */
      {{"staff", "staffid", "cashier", "employee", "employeeid", "associate", "clerk", "bediener", "kassierer"},
       {"staff", "cashier", "employee", "associate", "clerk", "operator", "bediener", "kassierer", "mitarbeiter",
        "verkaeufer", "team", "seller", "who"},
       {}},
      /* author */
      {{"createdby", "author", "user", "userid", "enteredby", "postedby", "benutzer", "erfasstvon"},
       {"author", "user", "benutzer", "erfasser", "by"},
       {"email", "mail"}},
      /* customer */
      {{"customer", "customerid", "customernumber", "customersourceid", "kunde", "kundennummer"},
       {"customer", "kunde", "kundennummer", "holder", "owner", "shopper", "account", "contact"},
       {"name", "type"}},
      /* instrument */
      {{"cardid", "card", "giftcardid", "code", "vouchercode", "entryid", "instrument", "id", "documentno", "cardnumber",
        "gutscheinnummer", "entryno"},
       {"card", "voucher", "code", "entry", "instrument", "pan", "gutscheinnummer", "id"},
       {"type", "customer", "user", "at"}},
      /* transaction */
      {{"transactionnumber", "transactionno", "transactionid", "transaction", "receiptnumber", "receipt", "bonnummer", "belegnummer", "bon"},
       {"transaction", "trans", "tran", "txn", "trx", "receipt", "bon", "bonnummer", "beleg", "belegnummer", "ticket", "sequence", "seq"},
       {"time", "date", "type", "at", "line", "amount"}},
      /* line */ {{"line", "lineno", "linenumber", "lineid", "position", "positionsnummer", "zeile"}, {"line", "position", "zeile", "pos"}, {}},
  }};
  // clang-format on
  return list;
}

const Called kReference = {
    {"reference",      "creditreference", "externalreference",  "externalid",      "externaldocumentno",
     "orderreference", "transactionid",   "transaction",        "sourcereference", "referenceid",
     "orderid",        "receipt",         "receiptnumber",      "sourceid",        "code",
     "referenz",       "externereferenz", "externebelegnummer", "belegnummer",     "bonnummer"},
    {"reference", "ref", "referenz", "credit", "uuid", "source", "src", "external", "extern", "receipt", "transaction",
     "txn", "order", "beleg", "belegnummer", "bon"},
    {"amount", "type", "date", "time", "email", "mail", "currency", "reason", "store", "at", "balance"}};

/// Umlauts of UTF-8 to two letters; everything else that is no ASCII stays away.
std::string plain_letters(std::string_view name) {
  static constexpr std::pair<std::string_view, std::string_view> kLetters[] = {
      {"\u00e4", "ae"}, {"\u00f6", "oe"}, {"\u00fc", "ue"}, {"\u00c4", "Ae"},
      {"\u00d6", "Oe"}, {"\u00dc", "Ue"}, {"\u00df", "ss"}};
  std::string out;
  while (!name.empty()) {
    auto letter = std::ranges::find_if(kLetters, [&](const auto& one) { return name.starts_with(one.first); });
    if (letter != std::end(kLetters)) {
      out += letter->second;
      name.remove_prefix(letter->first.size());
    } else {
      out += name.front();
      name.remove_prefix(1);
    }
  }
  return out;
}

bool small(char c) { return c >= 'a' && c <= 'z'; }
bool capital(char c) { return c >= 'A' && c <= 'Z'; }
bool figure(char c) { return c >= '0' && c <= '9'; }

/// Letters and digits of the last part of a dotted name, in lower case.
std::string whole_of(std::string_view name) {
  std::string out;
  std::string plain = plain_letters(name);
  bool spoken = plain.find(' ') != std::string::npos;  // "Entry No." has a full stop and no parts
  std::size_t dot = spoken ? std::string::npos : plain.rfind('.');
  for (char c : dot == std::string::npos ? plain : plain.substr(dot + 1)) {
    if (capital(c)) c = static_cast<char>(c + 32);
    if (small(c) || figure(c)) out += c;
  }
  return out;
}

int rated(const Called& by, std::string_view name) {
  std::string whole = whole_of(name);
  auto exact = std::ranges::find(by.whole, whole);
  if (exact != by.whole.end()) return 200 - static_cast<int>(exact - by.whole.begin());
  std::vector<std::string> words = words_of(name);
  auto among = [&](const std::string& word) { return std::ranges::find(by.words, word) != by.words.end(); };
  if (std::ranges::any_of(words,
                          [&](const std::string& w) { return std::ranges::find(by.never, w) != by.never.end(); }))
    return 0;
  int out = 0;
  for (const std::string& word : words)
    if (among(word)) out += out == 0 ? 60 - static_cast<int>(std::ranges::find(by.words, word) - by.words.begin()) : 10;
  return out;
}

}  // namespace

std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> out;
  std::string word, text = plain_letters(name);
  auto end = [&] {
    if (!word.empty()) out.push_back(std::exchange(word, {}));
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (!small(c) && !capital(c)) {
      end();
      continue;
    }
    bool begins = capital(c) && i > 0 && small(text[i - 1]);
    begins |= capital(c) && i + 1 < text.size() && small(text[i + 1]) && i > 0 && capital(text[i - 1]);  // ISOCode
    if (begins) end();
    word += capital(c) ? static_cast<char>(c + 32) : c;
  }
  end();
  for (std::size_t i = 0; i + 1 < out.size(); ++i)  // "e-mail"
    if (out[i] == "e" && out[i + 1] == "mail") out[i] = "email";
  return out;
}

int rating(Means means, std::string_view name) { return rated(called()[static_cast<std::size_t>(means)], name); }

int reference_rating(std::string_view name) { return rated(kReference, name); }

}  // namespace handoff::reconcile
