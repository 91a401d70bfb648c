// Maps made from headers and first rows of exports that nobody has seen.

#include <algorithm>
#include <array>
#include <string>

#include "core/reconcile/column_names.hpp"
#include "core/reconcile/row_words.hpp"
#include "tests/unit/reconcile/files.hpp"

namespace handoff::reconcile {
namespace {

using config::ExportMap;
using config::TimeFormat;

/// Forty credits of two stores; what a row says is made by `row` from its number and its day.
template <class Row>
std::string rows(Row row) {
  std::string out;
  for (int i = 0; i < 40; ++i) out += row(i, 13 + i % 12);
  return out;
}
std::string amount(int i, char decimal = '.') { return std::to_string(11 + i * 3) + decimal + two(i * 7 % 100); }
std::string minor(int i) { return std::to_string(11 + i * 3) + two(i * 7 % 100); }

class GuessTest : public testing::Test {
 protected:
  report::BySide<Guess> guess() {
    auto out = guess_maps(exports_.request.files, {}, "");
    EXPECT_TRUE(out) << (out ? "" : out.error().text());
    return out ? std::move(*out) : report::BySide<Guess>();
  }
  static bool doubts(const Guess& guess, std::string_view text) {
    return std::ranges::any_of(guess.doubts, [&](const std::string& one) { return one.find(text) != std::string::npos; });
  }
  /// Registers that anybody reads: the references are "K-0", "K-1", ...
  void plain_pos() {
    exports_.add(Side::pos, "pos.csv", "reference,issued_at,store,amount,currency,balance_type,customer_id\n" + rows([](int i, int day) {
                   return "K-" + std::to_string(i) + ",2026-11-" + two(day) + "T10:00:" + two(i) + "Z,S" + std::to_string(i % 2) + "," +
                          amount(i) + ",USD," + (i % 3 == 0 ? "goodwill" : "refund") + ",c" + std::to_string(i % 7) + "\n";
                 }));
  }
  Exports exports_;
};

TEST(ColumnNames, AreReadByTheirWords) {
  EXPECT_EQ(words_of("creditAmount_EUR"), (std::vector<std::string>{"credit", "amount", "eur"}));
  EXPECT_EQ(words_of("W\u00e4hrung / Code"), (std::vector<std::string>{"waehrung", "code"}));
  EXPECT_EQ(words_of("ISOCode"), (std::vector<std::string>{"iso", "code"}));
  EXPECT_EQ(words_of("Kunde E-Mail").back(), "mail");
  EXPECT_GT(rating(Means::amount, "Betrag"), rating(Means::amount, "total_amount"));
  EXPECT_GT(rating(Means::amount, "money.amount"), 0);
  EXPECT_EQ(rating(Means::amount, "amount.currency"), 0);
  EXPECT_EQ(rating(Means::amount, "total_weight"), 0);
  EXPECT_GT(rating(Means::time, "issuedOn"), 0);
  EXPECT_EQ(rating(Means::time, "expires_at"), 0);
  EXPECT_GT(reference_rating("External Document No."), reference_rating("source_ref"));
}

TEST(RowWords, OfARegisterARefundIsTheCredit) {
  EXPECT_EQ(kind_of_row(Side::pos, "REFUND"), What::issue);
  EXPECT_EQ(kind_of_row(Side::platform, "REFUND"), What::refund);
  EXPECT_EQ(kind_of_row(Side::platform, "STORE_CREDIT.REDEEMED"), std::nullopt);
  EXPECT_EQ(likely_kind_of_row(Side::platform, "STORE_CREDIT.REDEEMED"), What::redeem);
  EXPECT_EQ(likely_kind_of_row(Side::platform, "CREDIT_VOIDED"), What::cancel);
  EXPECT_EQ(likely_kind_of_row(Side::storefront, "DEBIT_REVERT"), What::refund);
  EXPECT_EQ(likely_kind_of_row(Side::platform, "GIFT"), std::nullopt);
}

TEST_F(GuessTest, GermanExportsOfAShopAreRead) {
  exports_.add(Side::pos, "kasse.csv", "Belegnummer;Filiale;Kasse;Datum;Uhrzeit;Bediener;Vorgang;Betrag;W\u00e4hrung;Gutschriftart;E-Mail\n" +
                                           rows([](int i, int day) {
                                             return "B" + std::to_string(1000 + i) + ";F1;2;" + two(day) + ".11.2026;10:00:00;E1;Ausgabe;" +
                                                    amount(i, ',') + ";EUR;Umtausch;jo@example.com\n";
                                           }));
  exports_.add(Side::platform, "karten.csv", "Gutscheinnummer;Referenz;Buchungsart;Betrag;Restguthaben;W\u00e4hrung;Zeitpunkt\n" +
                                                 rows([](int i, int day) {
                                                   return "G" + std::to_string(i) + ";B" + std::to_string(1000 + i) + ";Ausstellung;" +
                                                          amount(i, ',') + ";" + amount(i, ',') + ";EUR;" + two(day) + ".11.2026 10:00:09\n";
                                                 }));
  auto maps = guess();
  const ExportMap &pos = maps[0].map, &platform = maps[1].map;
  EXPECT_EQ(maps[0].missing + maps[1].missing, "");
  EXPECT_EQ(pos.reference, std::vector<std::string>{"Belegnummer"});
  EXPECT_EQ(pos.time + "+" + pos.clock, "Datum+Uhrzeit");
  EXPECT_EQ(pos.balance_type, "Gutschriftart");
  EXPECT_EQ(pos.types.at("AUSGABE"), "issue");
  EXPECT_EQ(platform.reference, std::vector<std::string>{"Referenz"});
  EXPECT_EQ(platform.instrument, "Gutscheinnummer");
  EXPECT_EQ(platform.balance, "Restguthaben");
  report::Audit audit = exports_.done();
  EXPECT_EQ(summary_of(audit), "");
  EXPECT_EQ(audit.credits, 40);
}

TEST_F(GuessTest, TheReferenceIsWhatTwoSidesHaveInCommonAndNotTwoRowNumbers) {
  exports_.add(Side::pos, "pos.csv", "id,key_of_it,when_it_was,how_much,ccy\n" + rows([](int i, int day) {
                                       return std::to_string(i) + ",Q" + std::to_string(i * 77) + ",2026-11-" + two(day) + "T10:00:00Z," + amount(i) + ",USD\n";
                                     }));
  exports_.add(Side::platform, "cards.csv", "id,theirs,ts,val,ccy\n" + rows([](int i, int day) {
                                              return std::to_string(i) + ",q" + std::to_string((39 - i) * 77) + ",2026-11-" + two(day) + "T11:00:00Z," + amount(39 - i) + ",USD\n";
                                            }));
  auto maps = guess();
  EXPECT_EQ(maps[0].map.reference, std::vector<std::string>{"key_of_it"});
  EXPECT_EQ(maps[1].map.reference, std::vector<std::string>{"theirs"});
  EXPECT_EQ(maps[0].map.amount, "how_much");
}

TEST_F(GuessTest, AReferenceInFiveColumnsIsPutTogetherAsTheOthersCallIt) {
  auto ticket = [](int i, int day, const char* date_join) {
    return "S" + std::to_string(i % 2) + "-" + std::to_string(1 + i % 3) + "-2026" + date_join + "11" + date_join + two(day) + "-00" + two(i / 12) + "-1";
  };
  exports_.add(Side::pos, "pos.csv", "store,register,business_date,transaction_no,line,issued_at,amount,currency\n" + rows([](int i, int day) {
                                       return "S" + std::to_string(i % 2) + "," + std::to_string(1 + i % 3) + "," + two(day) + ".11.2026,00" + two(i / 12) +
                                              ",1,2026-11-" + two(day) + "T10:00:00Z," + amount(i) + ",USD\n";
                                     }));
  exports_.add(Side::platform, "cards.csv", "card,pos_ref,created,amount,currency\n" + rows([&](int i, int day) {
                                              return "gc" + std::to_string(i) + "," + ticket(i, day, "") + ",2026-11-" + two(day) + "T10:00:05Z," + amount(i) + ",USD\n";
                                            }));
  exports_.add(Side::storefront, "shop.csv", "store_id,till,business_day,receipt_no,line_no,posted,amount,currency\n" + rows([](int i, int day) {
                                               return "S" + std::to_string(i % 2) + "," + std::to_string(1 + i % 3) + ",2026-11-" + two(day) + ",00" + two(i / 12) +
                                                      ",1,2026-11-" + two(day) + "T10:09:00Z," + amount(i) + ",USD\n";
                                             }));
  auto maps = guess();
  EXPECT_EQ(maps[0].map.reference, (std::vector<std::string>{"store", "register", "business_date", "transaction_no", "line"}));
  EXPECT_EQ(maps[1].map.reference, std::vector<std::string>{"pos_ref"});
  EXPECT_EQ(maps[4].map.reference, (std::vector<std::string>{"store_id", "till", "business_day", "receipt_no", "line_no"}));
  EXPECT_TRUE(maps[0].map.letters_digits);  // a day is 20261113 there and 13.11.2026 here
  EXPECT_TRUE(doubts(maps[0], "put together from store, register"));
  report::Audit audit = exports_.done();
  EXPECT_EQ(audit.credits, 40);
  EXPECT_EQ(summary_of(audit), "");
}

TEST_F(GuessTest, ZerosThatASpreadsheetTookOffDoNotCount) {
  exports_.add(Side::pos, "pos.csv", "Sale Date,Store #,Reg,Trans #,Amount,Currency\n" + rows([](int i, int day) {
                                       return "11/" + two(day) + "/2026 10:00:00 AM,00" + std::to_string(1 + i % 3) + ",0" + std::to_string(1 + i % 2) + ",0045" +
                                              two(i) + "," + amount(i) + ",USD\n";
                                     }));
  exports_.add(Side::platform, "cards.csv", "Card Number,External Ref,Activated At,Amount,Currency\n" + rows([](int i, int day) {
                                              return "gc" + std::to_string(i) + ", 00" + std::to_string(1 + i % 3) + "-0" + std::to_string(1 + i % 2) + "-0045" +
                                                     two(i) + "\u00a0,2026-11-" + two(day) + "T10:00:05Z," + amount(i) + ",USD\n";
                                            }));
  exports_.add(Side::erp, "books.csv", "Posting Date,Location,Register,Ticket,Amount,Currency\n" + rows([](int i, int day) {
                                         return "11/" + two(day) + "/2026," + std::to_string(1 + i % 3) + "," + std::to_string(1 + i % 2) + ",45" + two(i) + "," +
                                                amount(i) + ",USD\n";
                                       }));
  auto maps = guess();
  EXPECT_TRUE(maps[0].map.drop_zeros);
  EXPECT_TRUE(doubts(maps[0], "zeros before the numbers"));
  EXPECT_EQ(maps[3].map.reference, (std::vector<std::string>{"Location", "Register", "Ticket"}));
  report::Audit audit = exports_.done();
  EXPECT_EQ(audit.credits, 40);
  EXPECT_EQ(summary_of(audit), "");
}

TEST_F(GuessTest, ZerosCountWhereTheyTellTwoCreditsApart) {
  exports_.add(Side::pos, "pos.csv", "reference,issued_at,amount,currency\n" + rows([](int i, int day) {
                 return std::string(i % 2 == 0 ? "" : "0") + std::to_string(500 + i / 2) + ",2026-11-" + two(day) + "T10:00:00Z," + amount(i) + ",USD\n";
               }));
  exports_.add(Side::platform, "cards.csv", "card,note,created,amount,currency\n" + rows([](int i, int day) {
                                              return "gc,x" + std::to_string(i) + ",2026-11-" + two(day) + "T10:00:05Z," + amount(i) + ",USD\n";
                                            }));
  exports_.add(Side::erp, "books.csv", "doc,number,posted,amount,currency\n" + rows([](int i, int day) {
                                         return "d," + std::to_string(500 + i / 2) + ",2026-11-" + two(day) + "," + amount(i) + ",USD\n";
                                       }));
  EXPECT_FALSE(guess()[0].map.drop_zeros);
}

TEST_F(GuessTest, HundredthsSignsAndWordsAreToldByTheCreditsInCommon) {
  plain_pos();
  exports_.add(Side::platform, "cards.csv", "card,reference,created_at,amount,currency,balance_type,customer_id\n" + rows([](int i, int day) {
                                              return "gc,K-" + std::to_string(i) + ",2026-11-" + two(day) + "T10:00:59Z," + minor(i) + ",USD," +
                                                     (i % 3 == 0 ? "GW" : "RF") + ",77" + std::to_string(i) + "\n";
                                            }));
  exports_.add(Side::erp, "books.csv", "Document No.,External Document No.,Posting Date,Amount,Currency Code\n" + rows([](int i, int day) {
                                         return "d" + std::to_string(i) + ",K-" + std::to_string(i) + ",2026-11-" + two(day) + ",-" + amount(i) + ",USD\n";
                                       }));
  auto maps = guess();
  EXPECT_TRUE(maps[1].map.minor_units);
  EXPECT_EQ(maps[1].map.balance_types.at("GW"), "goodwill");
  EXPECT_TRUE(maps[1].map.own_customers);
  EXPECT_TRUE(maps[3].map.negate);
  for (const char* told : {"whole minor units", "gw as goodwill", "names customers in another way"}) EXPECT_TRUE(doubts(maps[1], told)) << told;
  EXPECT_TRUE(doubts(maps[3], "negative"));
  EXPECT_EQ(summary_of(exports_.done()), "");
}

TEST_F(GuessTest, ClocksWithoutAZoneAreToldByWhatArrivesAtOnce) {
  exports_.add(Side::pos, "pos.csv", "reference,issued_at,store,amount,currency\n" + [] {
    std::string out;
    for (int i = 0; i < 120; ++i)  // S0 five hours behind, S1 an hour ahead of UTC
      out += "K-" + std::to_string(i) + ",2026-11-" + two(10 + i % 15) + (i % 2 == 0 ? " 07:00:" : " 13:00:") + two(i % 50) + ",S" + std::to_string(i % 2) +
             "," + amount(i) + ",USD\n";
    return out;
  }());
  exports_.add(Side::platform, "cards.csv", "card,reference,created_at,amount,currency\n" + [] {
    std::string out;
    for (int i = 0; i < 120; ++i)
      out += "gc,K-" + std::to_string(i) + ",2026-11-" + two(10 + i % 15) + "T12:00:59Z," + amount(i) + ",USD\n";
    return out;
  }());
  auto maps = guess();
  EXPECT_EQ(maps[0].map.utc_offset_s == -5 * kHour ? maps[0].map.store_offsets.at("S1") : maps[0].map.store_offsets.at("S0"),
            maps[0].map.utc_offset_s == -5 * kHour ? kHour : -5 * kHour);
  report::Audit audit = exports_.done();
  ASSERT_EQ(audit.hops.size(), 1u);
  EXPECT_LT(audit.hops[0].p99_s, 120);
  EXPECT_EQ(audit.hops[0].early, 0);
}

TEST_F(GuessTest, DayOrMonthFirstIsToldByTheOtherSide) {
  exports_.add(Side::pos, "pos.csv", "reference,issued_at,amount,currency\n" + [] {
    std::string out;
    for (int i = 0; i < 40; ++i)
      out += "K-" + std::to_string(i) + ",2026-" + two(10 + i % 3) + "-0" + std::to_string(1 + i % 9) + "T10:00:00Z," + amount(i) + ",USD\n";
    return out;
  }());
  exports_.add(Side::platform, "cards.csv", "card,reference,created_at,amount,currency\n" + [] {
    std::string out;
    for (int i = 0; i < 40; ++i)
      out += "gc,K-" + std::to_string(i) + "," + two(10 + i % 3) + "/0" + std::to_string(1 + i % 9) + "/2026 10:00:30," + amount(i) + ",USD\n";
    return out;
  }());
  EXPECT_EQ(guess()[1].map.time_format, TimeFormat::mdy);
}

TEST_F(GuessTest, AnUnknownKindOfRowIsAskedForAndATypeOfBalanceIsNoKind) {
  exports_.add(Side::pos, "pos.csv", "reference,type,amount,currency\n" + rows([](int i, int) {
                                       return "K-" + std::to_string(i) + "," + (i % 2 == 0 ? "return" : "goodwill") + "," + amount(i) + ",USD\n";
                                     }));
  exports_.add(Side::platform, "cards.csv", "reference,type,amount,currency\n" + rows([](int i, int) {
                                              return "K-" + std::to_string(i) + "," + (i % 2 == 0 ? "issue" : "frobnicate") + "," + amount(i) + ",USD\n";
                                            }));
  auto maps = guess();
  EXPECT_EQ(maps[0].map.type, "");
  EXPECT_EQ(maps[0].map.balance_type, "type");
  EXPECT_EQ(maps[1].map.type, "type");
  EXPECT_NE(exports_.refusal().find("'FROBNICATE' is no known kind of row"), std::string::npos);
}

TEST_F(GuessTest, AnEmptyColumnIsNoKindOfRow) {
  exports_.add(Side::pos, "pos.csv", "Reference,Amount,Currency,Time,Kind,Type\n" + rows([](int i, int day) {
                                       return "K-" + std::to_string(i) + "," + amount(i) + ",USD,2026-11-" + two(day) + "T10:00:00Z,ISSUE,\n";
                                     }));
  EXPECT_EQ(guess()[0].map.type, "Kind");
  EXPECT_TRUE(exports_.add(Side::platform, "cards.csv", "reference,amount,currency\n").run());
}

TEST_F(GuessTest, AWordForAVoidMakesItsColumnTheKindOfRowAndAnUnknownOneIsNamed) {
  auto export_of = [](const char* issue) {
    return "Belegnummer;Betrag;Währung;Art\n" + rows([issue](int i, int) {
             return "K-" + std::to_string(i / 2) + ";" + amount(i / 2, ',') + ";EUR;" + (i % 2 == 0 ? issue : "Storno") + "\n";
           });
  };
  exports_.add(Side::pos, "pos.csv", export_of("Zugang"));
  exports_.add(Side::erp, "books.csv", export_of("Frobnikat"));
  auto maps = guess();
  EXPECT_EQ(maps[0].map.type, "Art");
  EXPECT_EQ(maps[0].map.types.at("ZUGANG"), "issue");
  EXPECT_EQ(maps[0].map.types.at("STORNO"), "void");
  EXPECT_EQ(maps[3].map.type, "Art");
  EXPECT_TRUE(doubts(maps[3], "not known: FROBNIKAT"));
  exports_.request.files[3].clear();
  exports_.add(Side::erp, "found.csv", export_of("Erstattung") + "K-99;1,00;EUR;Frobnikat\n");
  EXPECT_TRUE(doubts(guess()[3], "not known: FROBNIKAT"));
}

TEST_F(GuessTest, ThreeDecimalsOfACurrencyThatHasThemAreNoThousands) {
  auto amounts = [](char sign) {
    return rows([sign](int i, int) { return "K-" + std::to_string(i) + "," + "\"" + std::to_string(5 + i % 9) + sign + std::to_string(110 + i * 7) + "\",KWD\n"; });
  };
  exports_.add(Side::pos, "pos.csv", "reference,amount,currency\n" + amounts('.'));
  exports_.add(Side::platform, "cards.csv", "reference,amount,currency\n" + amounts(','));
  EXPECT_EQ(guess()[1].map.decimal, ',');
  EXPECT_EQ(summary_of(exports_.done()), "");
}

TEST_F(GuessTest, TheSignBeforeDecimalsIsToldByTheCreditsInCommon) {
  auto amounts = [](char sign, const char* code) {
    return rows([=](int i, int) { return "K-" + std::to_string(i) + ",\"" + std::to_string(5 + i % 9) + sign + std::to_string(110 + i * 7) + "\"" + code + "\n"; });
  };
  exports_.add(Side::pos, "pos.csv", "reference,amount,currency\n" + amounts('.', ",KWD"));
  exports_.add(Side::platform, "cards.csv", "reference,amount\n" + amounts(',', ""));
  auto maps = guess();
  EXPECT_EQ(maps[1].map.decimal, ',');
  EXPECT_EQ(maps[1].map.thousands, 0);
  EXPECT_TRUE(doubts(maps[1], "taken with ',' before their decimals"));
  EXPECT_FALSE(doubts(maps[1], "is it the right column"));
}

TEST_F(GuessTest, ATimeThatCannotBeReadIsNamedWithItsColumn) {
  for (const char* time : {"11/03/26 08:00", "2026-11-03 08:00 EST"}) {
    exports_.request.files[0].clear();
    exports_.add(Side::pos, "pos.csv", "reference,created_at,amount,currency\n" + rows([time](int i, int) {
                                         return "K-" + std::to_string(i) + "," + time + "," + amount(i) + ",USD\n";
                                       }));
    EXPECT_TRUE(doubts(guess()[0], std::string("column created_at may be it, and '") + time + "' cannot be read")) << time;
  }
}

TEST_F(GuessTest, AWrittenMapStaysAndTheOthersFollowIt) {
  plain_pos();
  exports_.add(Side::platform, "cards.csv", "mine,their_key,amount,currency\n" + rows([](int i, int) {
                                              return "m" + std::to_string(i) + ",K-" + std::to_string(i) + "," + amount(i) + ",USD\n";
                                            }));
  report::BySide<std::optional<ExportMap>> written;
  written[0] = ExportMap();
  written[0]->reference = {"reference"};
  written[0]->amount = "amount";
  written[0]->currency = "currency";
  auto maps = guess_maps(exports_.request.files, written, "");
  ASSERT_TRUE(maps);
  EXPECT_EQ(config::to_toml("pos", (*maps)[0].map), config::to_toml("pos", *written[0]));
  EXPECT_EQ((*maps)[1].map.reference, std::vector<std::string>{"their_key"});
}

TEST_F(GuessTest, EveryGuessReadsBackToTheSame) {
  plain_pos();
  ExportMap map = guess()[0].map;
  map.store_offsets = {{"S1", -5 * kHour}, {"S2", 3600 + 1800}};
  map.zone = std::make_shared<const config::NamedZone>("Europe/Berlin", TimeZone::load("Europe/Berlin").value());
  map.store_zones["S3"] =
      std::make_shared<const config::NamedZone>("America/Chicago", TimeZone::load("America/Chicago").value());
  map.clock = "uhr";
  map.business_date = "tag";
  map.own_customers = true;
  std::string toml = config::to_toml("pos", map);
  std::ofstream(exports_.dir.file("map.toml")) << toml;
  auto again = config::load_export_maps(exports_.dir.file("map.toml"));
  ASSERT_TRUE(again) << config::render(again.error());
  EXPECT_EQ(config::to_toml("pos", again->sides.at("pos")), toml);
}

}  // namespace
}  // namespace handoff::reconcile
