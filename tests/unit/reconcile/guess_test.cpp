// Maps made from headers and first rows of exports that nobody has seen.

#include <algorithm>
#include <array>
#include <string>

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
    return std::ranges::any_of(guess.doubts,
                               [&](const std::string& one) { return one.find(text) != std::string::npos; });
  }
  /// Registers that anybody reads: the references are "K-0", "K-1", ...
  void plain_pos() {
    exports_.add(Side::pos, "pos.csv",
                 "reference,issued_at,store,amount,currency,balance_type,customer_id\n" + rows([](int i, int day) {
                   return "K-" + std::to_string(i) + ",2026-11-" + two(day) + "T10:00:" + two(i) + "Z,S" +
                          std::to_string(i % 2) + "," + amount(i) + ",USD," + (i % 3 == 0 ? "goodwill" : "refund") +
                          ",c" + std::to_string(i % 7) + "\n";
                 }));
  }
  Exports exports_;
};

TEST_F(GuessTest, GermanExportsOfAShopAreRead) {
  exports_.add(Side::pos, "kasse.csv",
               "Belegnummer;Filiale;Kasse;Datum;Uhrzeit;Bediener;Vorgang;Betrag;W\u00e4hrung;Gutschriftart;E-Mail\n" +
                   rows([](int i, int day) {
                     return "B" + std::to_string(1000 + i) + ";F1;2;" + two(day) + ".11.2026;10:00:00;E1;Ausgabe;" +
                            amount(i, ',') + ";EUR;Umtausch;jo@example.com\n";
                   }));
  exports_.add(
      Side::platform, "karten.csv",
      "Gutscheinnummer;Referenz;Buchungsart;Betrag;Restguthaben;W\u00e4hrung;Zeitpunkt\n" + rows([](int i, int day) {
        return "G" + std::to_string(i) + ";B" + std::to_string(1000 + i) + ";Ausstellung;" + amount(i, ',') + ";" +
               amount(i, ',') + ";EUR;" + two(day) + ".11.2026 10:00:09\n";
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
                                       return std::to_string(i) + ",Q" + std::to_string(i * 77) + ",2026-11-" +
                                              two(day) + "T10:00:00Z," + amount(i) + ",USD\n";
                                     }));
  exports_.add(Side::platform, "cards.csv", "id,theirs,ts,val,ccy\n" + rows([](int i, int day) {
                                              return std::to_string(i) + ",q" + std::to_string((39 - i) * 77) +
                                                     ",2026-11-" + two(day) + "T11:00:00Z," + amount(39 - i) + ",USD\n";
                                            }));
  auto maps = guess();
  EXPECT_EQ(maps[0].map.reference, std::vector<std::string>{"key_of_it"});
  EXPECT_EQ(maps[1].map.reference, std::vector<std::string>{"theirs"});
  EXPECT_EQ(maps[0].map.amount, "how_much");
}

TEST_F(GuessTest, AReferenceInFiveColumnsIsPutTogetherAsTheOthersCallIt) {
  auto ticket = [](int i, int day, const char* date_join) {
    return "S" + std::to_string(i % 2) + "-" + std::to_string(1 + i % 3) + "-2026" + date_join + "11" + date_join +
           two(day) + "-00" + two(i / 12) + "-1";
  };
  exports_.add(
      Side::pos, "pos.csv",
      "store,register,business_date,transaction_no,line,issued_at,amount,currency\n" + rows([](int i, int day) {
        return "S" + std::to_string(i % 2) + "," + std::to_string(1 + i % 3) + "," + two(day) + ".11.2026,00" +
               two(i / 12) + ",1,2026-11-" + two(day) + "T10:00:00Z," + amount(i) + ",USD\n";
      }));
  exports_.add(Side::platform, "cards.csv", "card,pos_ref,created,amount,currency\n" + rows([&](int i, int day) {
                                              return "gc" + std::to_string(i) + "," + ticket(i, day, "") + ",2026-11-" +
                                                     two(day) + "T10:00:05Z," + amount(i) + ",USD\n";
                                            }));
  exports_.add(Side::storefront, "shop.csv",
               "store_id,till,business_day,receipt_no,line_no,posted,amount,currency\n" + rows([](int i, int day) {
                 return "S" + std::to_string(i % 2) + "," + std::to_string(1 + i % 3) + ",2026-11-" + two(day) + ",00" +
                        two(i / 12) + ",1,2026-11-" + two(day) + "T10:09:00Z," + amount(i) + ",USD\n";
               }));
  auto maps = guess();
  EXPECT_EQ(maps[0].map.reference,
            (std::vector<std::string>{"store", "register", "business_date", "transaction_no", "line"}));
  EXPECT_EQ(maps[1].map.reference, std::vector<std::string>{"pos_ref"});
  EXPECT_EQ(maps[4].map.reference,
            (std::vector<std::string>{"store_id", "till", "business_day", "receipt_no", "line_no"}));
  EXPECT_TRUE(maps[0].map.letters_digits);  // a day is 20261113 there and 13.11.2026 here
  EXPECT_TRUE(doubts(maps[0], "put together from store, register"));
  report::Audit audit = exports_.done();
  EXPECT_EQ(audit.credits, 40);
  EXPECT_EQ(summary_of(audit), "");
}

TEST_F(GuessTest, CreditsThatTheBooksPostTogetherArePartedWhereTheRegistersHaveAllParts) {
  exports_.add(Side::pos, "pos.csv", "reference,issued_at,amount,currency\n" + rows([](int i, int day) {
                                       return "S1/2/" + std::to_string(i) + ",2026-11-" + two(day) + "T10:00:00Z," +
                                              std::to_string(10 + i) + ".25,USD\n";
                                     }));
  auto books = [](const char* sign) {
    return "document,ref,posted,amount,currency\n" + rows([sign](int i, int day) {
             std::string rest = ",2026-11-" + two(day) + ",";
             if (i < 32) return "d,S1/2/" + std::to_string(i) + rest + std::to_string(10 + i) + ".25,USD\n";
             if (i % 2 != 0) return std::string();
             return "d,S1/2/" + std::to_string(i) + sign + "S1/2/" + std::to_string(i + 1) + rest +
                    std::to_string(21 + 2 * i) + ".50,USD\n";
           });
  };
  exports_.add(Side::erp, "books.csv", books("+"));
  exports_.add(Side::storefront, "shop.csv", books(" & "));
  auto maps = guess();
  EXPECT_EQ(maps[3].map.split, "+");
  EXPECT_EQ(maps[4].map.split, "&");
  EXPECT_TRUE(doubts(
      maps[3], "column ref names several credits in one field, such as 'S1/2/32+S1/2/33': parted at '+' (split)"));
  EXPECT_EQ(summary_of(exports_.done()), "");
}

TEST_F(GuessTest, ZerosThatASpreadsheetTookOffDoNotCount) {
  exports_.add(Side::pos, "pos.csv", "Sale Date,Store #,Reg,Trans #,Amount,Currency\n" + rows([](int i, int day) {
                                       return "11/" + two(day) + "/2026 10:00:00 AM,00" + std::to_string(1 + i % 3) +
                                              ",0" + std::to_string(1 + i % 2) + ",0045" + two(i) + "," + amount(i) +
                                              ",USD\n";
                                     }));
  exports_.add(Side::platform, "cards.csv",
               "Card Number,External Ref,Activated At,Amount,Currency\n" + rows([](int i, int day) {
                 return "gc" + std::to_string(i) + ", 00" + std::to_string(1 + i % 3) + "-0" +
                        std::to_string(1 + i % 2) + "-0045" + two(i) + "\u00a0,2026-11-" + two(day) + "T10:00:05Z," +
                        amount(i) + ",USD\n";
               }));
  exports_.add(Side::erp, "books.csv",
               "Posting Date,Location,Register,Ticket,Amount,Currency\n" + rows([](int i, int day) {
                 return "11/" + two(day) + "/2026," + std::to_string(1 + i % 3) + "," + std::to_string(1 + i % 2) +
                        ",45" + two(i) + "," + amount(i) + ",USD\n";
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
                                       return std::string(i % 2 == 0 ? "" : "0") + std::to_string(500 + i / 2) +
                                              ",2026-11-" + two(day) + "T10:00:00Z," + amount(i) + ",USD\n";
                                     }));
  exports_.add(Side::platform, "cards.csv", "card,note,created,amount,currency\n" + rows([](int i, int day) {
                                              return "gc,x" + std::to_string(i) + ",2026-11-" + two(day) +
                                                     "T10:00:05Z," + amount(i) + ",USD\n";
                                            }));
  exports_.add(Side::erp, "books.csv", "doc,number,posted,amount,currency\n" + rows([](int i, int day) {
                                         return "d," + std::to_string(500 + i / 2) + ",2026-11-" + two(day) + "," +
                                                amount(i) + ",USD\n";
                                       }));
  EXPECT_FALSE(guess()[0].map.drop_zeros);
}

TEST_F(GuessTest, HundredthsSignsAndWordsAreToldByTheCreditsInCommon) {
  plain_pos();
  exports_.add(Side::platform, "cards.csv",
               "card,reference,created_at,amount,currency,balance_type,customer_id\n" + rows([](int i, int day) {
                 return "gc,K-" + std::to_string(i) + ",2026-11-" + two(day) + "T10:00:59Z," + minor(i) + ",USD," +
                        (i % 3 == 0 ? "GW" : "RF") + ",77" + std::to_string(i) + "\n";
               }));
  exports_.add(Side::erp, "books.csv",
               "Document No.,External Document No.,Posting Date,Amount,Currency Code\n" + rows([](int i, int day) {
                 return "d" + std::to_string(i) + ",K-" + std::to_string(i) + ",2026-11-" + two(day) + ",-" +
                        amount(i) + ",USD\n";
               }));
  auto maps = guess();
  EXPECT_TRUE(maps[1].map.minor_units);
  EXPECT_EQ(maps[1].map.balance_types.at("GW"), "goodwill");
  EXPECT_TRUE(maps[1].map.own_customers);
  EXPECT_TRUE(maps[3].map.negate);
  for (const char* told : {"whole minor units", "gw as goodwill", "names customers in another way"})
    EXPECT_TRUE(doubts(maps[1], told)) << told;
  EXPECT_TRUE(doubts(maps[3], "negative"));
  EXPECT_EQ(summary_of(exports_.done()), "");
}

/// Books of liabilities without a kind of row, in which a void is the issue with the other sign.
TEST_F(GuessTest, LedgersWithoutKindsOfRowsTakeBackWithTheOtherSign) {
  auto with_voids = [](auto row) {
    return rows(
        [row](int i, int day) { return row(i, day, true) + (i % 2 == 0 ? row(i, day, false) : std::string()); });
  };
  exports_.add(Side::pos, "pos.csv",
               "reference,issued_at,kind,amount,currency\n" + with_voids([](int i, int day, bool issue) {
                 return "K-" + std::to_string(i) + ",2026-11-" + two(day) + "T1" + (issue ? "0" : "1") + ":00:00Z," +
                        (issue ? "ISSUE" : "VOID") + "," + amount(i) + ",USD\n";
               }));
  std::string ledger =
      "reference,posted,amount,currency\n" + with_voids([](int i, int day, bool issue) {
        return "K-" + std::to_string(i) + ",2026-11-" + two(day) + "," + (issue ? "-" : "") + amount(i) + ",USD\n";
      });
  exports_.add(Side::erp, "books.csv", ledger);
  auto maps = guess();
  EXPECT_TRUE(maps[3].map.negate);
  EXPECT_EQ(maps[3].map.negative, "void");
  EXPECT_TRUE(doubts(
      maps[3], "20 amounts are of the other sign than most, of credits that the registers voided: taken as voids"));
  report::Audit audit = exports_.done();
  EXPECT_EQ(summary_of(audit), "");
  exports_.request.maps[3].negative.clear();
  EXPECT_NE(exports_.refusal().find(
                "an issue of an amount that negate turns negative: if rows of the other sign take back what was "
                "issued, say negative = \"void\""),
            std::string::npos);
}

TEST_F(GuessTest, APartOfACreditWithTheOtherSignIsSpentUnlessTheRegistersVoidSomeOfThem) {
  auto ledger = [](int voids) {
    return "reference,issued_at,kind,amount,currency\n" + rows([voids](int i, int day) {
             std::string begin = "K-" + std::to_string(i) + ",2026-11-" + two(day) + "T1";
             return begin + "0:00:00Z,ISSUE," + amount(i) + ",USD\n" +
                    (i < voids ? begin + "1:00:00Z,VOID," + amount(i) + ",USD\n" : "");
           });
  };
  exports_.add(Side::pos, "pos.csv", ledger(0));
  exports_.add(Side::platform, "cards.csv",
               "reference,posted,amount,currency\n" + rows([](int i, int day) {
                 std::string begin = "K-" + std::to_string(i) + ",2026-11-" + two(day) + "T12:00:00Z,";
                 return begin + amount(i) + ",USD\n" + (i < 30 ? begin + "-5.00,USD\n" : "");
               }));
  auto maps = guess();
  EXPECT_EQ(maps[1].map.negative, "redeem");
  EXPECT_TRUE(doubts(maps[1], "taken as redemptions (negative)"));
  EXPECT_EQ(summary_of(exports_.done()), "");
  exports_.request.files[0].clear();
  exports_.add(Side::pos, "voids.csv", ledger(1));
  maps = guess();
  EXPECT_EQ(maps[1].map.negative, "");
  EXPECT_TRUE(
      doubts(maps[1], "30 amounts are of the other sign than most: if they take back what was issued, say negative"));
}

TEST_F(GuessTest, ClocksWithoutAZoneAreToldByWhatArrivesAtOnce) {
  exports_.add(
      Side::pos, "pos.csv", "reference,issued_at,store,amount,currency\n" + [] {
        std::string out;
        for (int i = 0; i < 120; ++i)  // S0 five hours behind, S1 an hour ahead of UTC
          out += "K-" + std::to_string(i) + ",2026-11-" + two(10 + i % 15) + (i % 2 == 0 ? " 07:00:" : " 13:00:") +
                 two(i % 50) + ",S" + std::to_string(i % 2) + "," + amount(i) + ",USD\n";
        return out;
      }());
  exports_.add(
      Side::platform, "cards.csv", "card,reference,created_at,amount,currency\n" + [] {
        std::string out;
        for (int i = 0; i < 120; ++i)
          out += "gc,K-" + std::to_string(i) + ",2026-11-" + two(10 + i % 15) + "T12:00:59Z," + amount(i) + ",USD\n";
        return out;
      }());
  auto maps = guess();
  EXPECT_EQ(
      maps[0].map.utc_offset_s == -5 * kHour ? maps[0].map.store_offsets.at("S1") : maps[0].map.store_offsets.at("S0"),
      maps[0].map.utc_offset_s == -5 * kHour ? kHour : -5 * kHour);
  report::Audit audit = exports_.done();
  ASSERT_EQ(audit.hops.size(), 1u);
  EXPECT_LT(audit.hops[0].p99_s, 120);
  EXPECT_EQ(audit.hops[0].early, 0);
}

TEST_F(GuessTest, DayOrMonthFirstIsToldByTheOtherSide) {
  exports_.add(
      Side::pos, "pos.csv", "reference,issued_at,amount,currency\n" + [] {
        std::string out;
        for (int i = 0; i < 40; ++i)
          out += "K-" + std::to_string(i) + ",2026-" + two(10 + i % 3) + "-0" + std::to_string(1 + i % 9) +
                 "T10:00:00Z," + amount(i) + ",USD\n";
        return out;
      }());
  exports_.add(
      Side::platform, "cards.csv", "card,reference,created_at,amount,currency\n" + [] {
        std::string out;
        for (int i = 0; i < 40; ++i)
          out += "gc,K-" + std::to_string(i) + "," + two(10 + i % 3) + "/0" + std::to_string(1 + i % 9) +
                 "/2026 10:00:30," + amount(i) + ",USD\n";
        return out;
      }());
  EXPECT_EQ(guess()[1].map.time_format, TimeFormat::mdy);
}

TEST_F(GuessTest, AnUnknownKindOfRowIsAskedForAndATypeOfBalanceIsNoKind) {
  exports_.add(Side::pos, "pos.csv", "reference,type,amount,currency\n" + rows([](int i, int) {
                                       return "K-" + std::to_string(i) + "," + (i % 2 == 0 ? "return" : "goodwill") +
                                              "," + amount(i) + ",USD\n";
                                     }));
  exports_.add(Side::platform, "cards.csv", "reference,type,amount,currency\n" + rows([](int i, int) {
                                              return "K-" + std::to_string(i) + "," +
                                                     (i % 2 == 0 ? "issue" : "frobnicate") + "," + amount(i) + ",USD\n";
                                            }));
  auto maps = guess();
  EXPECT_EQ(maps[0].map.type, "");
  EXPECT_EQ(maps[0].map.balance_type, "type");
  EXPECT_EQ(maps[1].map.type, "type");
  EXPECT_NE(exports_.refusal().find("'FROBNICATE' is no known kind of row"), std::string::npos);
}

TEST_F(GuessTest, AnEmptyColumnIsNoKindOfRow) {
  exports_.add(Side::pos, "pos.csv", "Reference,Amount,Currency,Time,Kind,Type\n" + rows([](int i, int day) {
                                       return "K-" + std::to_string(i) + "," + amount(i) + ",USD,2026-11-" + two(day) +
                                              "T10:00:00Z,ISSUE,\n";
                                     }));
  EXPECT_EQ(guess()[0].map.type, "Kind");
  EXPECT_TRUE(exports_.add(Side::platform, "cards.csv", "reference,amount,currency\n").run());
}

TEST_F(GuessTest, AWordForAVoidMakesItsColumnTheKindOfRowAndAnUnknownOneIsNamed) {
  auto export_of = [](const char* issue) {
    return "Belegnummer;Betrag;Währung;Art\n" + rows([issue](int i, int) {
             return "K-" + std::to_string(i / 2) + ";" + amount(i / 2, ',') + ";EUR;" +
                    (i % 2 == 0 ? issue : "Storno") + "\n";
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

/// Rows of a German shop under some header: thirty issued, then what became of them.
std::string movements(const std::string& (*word)(int)) {
  return rows([word](int i, int) {
    return "K-" + std::to_string(i % 30) + ";" + word(i) + ";" + amount(i % 30, ',') + ";EUR;" +
           (i % 3 == 0 ? "Kulanz" : "Retoure") + "\n";
  });
}

TEST_F(GuessTest, TheColumnWhoseWordsAreKindsIsTheKindOfRowWhateverOthersAreCalled) {
  auto word = [](int i) -> const std::string& {
    static const std::string issue = "Gutschrift", redeem = "Einl\u00f6sung", none = "Verfall";
    return i < 30 ? issue : i < 39 ? redeem : none;
  };
  exports_.add(Side::pos, "pos.csv", "Beleg;Vorgang;Betrag;W\u00e4hrung;Art\n" + movements(word));
  exports_.add(Side::platform, "karten.csv", "Referenz;Bewegung;Wert;W\u00e4hrung;Art\n" + movements(word));
  exports_.add(Side::storefront, "laden.csv", "Referenz;Was war;Wert;W\u00e4hrung;Typ\n" + movements(word));
  auto maps = guess();
  EXPECT_EQ(maps[1].map.type, "Bewegung");
  EXPECT_EQ(maps[1].map.balance_type, "Art");
  EXPECT_EQ(maps[1].map.types.at("VERFALL"), "ignore");
  EXPECT_EQ(maps[4].map.type, "Was war");
  EXPECT_TRUE(doubts(maps[4], "kinds of rows are taken from column Was war"));
  EXPECT_EQ(summary_of(exports_.done()), "");
}

TEST_F(GuessTest, WordsOfAKindThatNobodyKnowsAreAskedForAndNotTakenForIssues) {
  plain_pos();
  exports_.add(Side::erp, "books.csv", "reference,Entry Type,amount,currency\n" + rows([](int i, int) {
                                         return "K-" + std::to_string(i) + "," + (i % 9 == 0 ? "JE-REV" : "JE-IN") +
                                                "," + amount(i) + ",USD\n";
                                       }));
  EXPECT_NE(
      exports_.refusal().find("whether column Entry Type tells kinds of rows is not known (not known: JE-IN, JE-REV)"),
      std::string::npos);
}

TEST_F(GuessTest, AColumnOfAnyNameIsAKindOfRowOnlyByWordsThatMeanNothingElse) {
  auto shop = [](const char* first, const char* second) {
    return "reference,why,amount,currency\n" + rows([first, second](int i, int) {
             return "K-" + std::to_string(i) + "," + (i % 2 == 0 ? first : second) + "," + amount(i) + ",USD\n";
           });
  };
  plain_pos();
  auto type_of = [&](const char* first, const char* second) {
    exports_.request.files[4].clear();
    exports_.add(Side::storefront, "shop.csv", shop(first, second));
    Guess guessed = guess()[4];
    return guessed.map.type + (guessed.missing.empty() ? "" : "?");
  };
  EXPECT_EQ(type_of("Issued", "Spent"), "why");
  EXPECT_EQ(type_of("credit", "voided"), "why");
  EXPECT_EQ(type_of("credit card", "debit card"), "");
  EXPECT_EQ(type_of("return", "correction"), "");
  EXPECT_EQ(type_of("Toulouse", "Paddington"), "");
  EXPECT_EQ(type_of("Issued", "Frobnicated"), "");
  exports_.request.files[4].clear();
  exports_.add(Side::storefront, "shop.csv", shop("Issued", "Spent") + "K-1,Frobnicated,1.00,USD\n");
  EXPECT_NE(exports_.refusal().find("whether column why tells kinds of rows is not known (not known: FROBNICATED)"),
            std::string::npos);
}

TEST_F(GuessTest, WhatNoColumnTellsIsSaidNotToBeLookedFor) {
  plain_pos();
  exports_.add(Side::platform, "cards.csv", "reference,amount,currency\n" + rows([](int i, int) {
                                              return "K-" + std::to_string(i) + "," + amount(i) + ",USD\n";
                                            }));
  auto maps = guess();
  EXPECT_TRUE(doubts(maps[1], "credits linked to nobody, or to another customer, are not looked for (F3)"));
  EXPECT_TRUE(doubts(maps[1], "credits that got another type here are not looked for (F6)"));
  EXPECT_FALSE(doubts(maps[0], "not looked for"));
}

TEST_F(GuessTest, ThreeDecimalsOfACurrencyThatHasThemAreNoThousands) {
  auto amounts = [](char sign) {
    return rows([sign](int i, int) {
      return "K-" + std::to_string(i) + "," + "\"" + std::to_string(5 + i % 9) + sign + std::to_string(110 + i * 7) +
             "\",KWD\n";
    });
  };
  exports_.add(Side::pos, "pos.csv", "reference,amount,currency\n" + amounts('.'));
  exports_.add(Side::platform, "cards.csv", "reference,amount,currency\n" + amounts(','));
  EXPECT_EQ(guess()[1].map.decimal, ',');
  EXPECT_EQ(summary_of(exports_.done()), "");
}

/// Whole euros with a full stop between thousands; ",00" behind them where `cents` says so.
std::string euros(const char* cents = "") {
  return "reference;amount;currency\n" + rows([cents](int i, int) {
           std::string number = i % 3 == 0 ? std::to_string(1 + i % 7) + "." + std::to_string(100 + 50 * (i % 10))
                                           : std::to_string(50 * (1 + i % 18));
           return "K-" + std::to_string(i) + ";" + number + cents + ";EUR\n";
         });
}

TEST_F(GuessTest, ThousandsOfWholeEurosAreToldByTheAmountsThatHaveNone) {
  exports_.add(Side::pos, "pos.csv", euros());
  exports_.add(Side::platform, "cards.csv", euros(",00"));
  auto maps = guess();
  for (std::size_t side : {0u, 1u})
    EXPECT_EQ(std::string({maps[side].map.decimal, maps[side].map.thousands}), ",.") << side;
  report::Audit audit = exports_.done();
  EXPECT_EQ(summary_of(audit), "");
  EXPECT_GT(audit.numbers[0].have[0].minor, 40 * 50'00);
}

/// `Amounts` of euros that all have three digits behind a full stop.
std::string three_digits(const char* last = "0") {
  return "reference,amount,currency\n" + rows([last](int i, int) {
           return "K-" + std::to_string(i) + "," + std::to_string(11 + i * 3) + "." + two(i * 7 % 100) + last +
                  ",EUR\n";
         });
}

TEST_F(GuessTest, ThreeDecimalsAreTakenForThatOnlyWhereTheAmountsOrAnotherSideTellIt) {
  exports_.add(Side::pos, "pos.csv", three_digits());
  exports_.add(Side::platform, "cards.csv", three_digits());
  auto maps = guess();
  EXPECT_NE(maps[0].missing.find("whether '11.000' in column amount has three decimals or is a thousand times as much"),
            std::string::npos)
      << maps[0].missing;
  EXPECT_EQ(maps[0].map.decimal, 0);  // to be filled in
  exports_.request.files[1].clear();
  exports_.add(Side::platform, "decimals.csv", three_digits(""));
  maps = guess();
  EXPECT_EQ(maps[0].missing, "");
  EXPECT_TRUE(maps[0].map.three_decimals);
  EXPECT_TRUE(doubts(maps[0], "so they are those of the platform"));
  EXPECT_EQ(summary_of(exports_.done()), "");
}

TEST_F(GuessTest, AFewAmountsWithThreeDigitsAmongDecimalsAreReadInNeitherWay) {
  auto few = [] {
    return "reference,amount,currency\n" +
           rows([](int i, int) { return "K-" + std::to_string(i) + "," + (i == 7 ? "1.250" : amount(i)) + ",EUR\n"; });
  };
  exports_.add(Side::pos, "pos.csv", few()).add(Side::platform, "cards.csv", few());
  EXPECT_FALSE(guess()[0].map.three_decimals);
  EXPECT_EQ(exports_.done().unreadable_rows, 2);
}

TEST_F(GuessTest, ThreeDecimalsBelowOneTellThatTheOthersAreDecimalsToo) {
  auto small = [] {
    std::string out;
    for (int i = 0; i < 40; ++i) out += "L-" + std::to_string(i) + ",0." + two(10 + i) + "0,EUR\n";
    return out;
  };
  exports_.add(Side::pos, "pos.csv", three_digits() + small());
  exports_.add(Side::platform, "cards.csv", three_digits() + small());
  auto maps = guess();
  EXPECT_TRUE(maps[0].map.three_decimals && maps[1].map.three_decimals);
  EXPECT_EQ(summary_of(exports_.done()), "");
}

TEST_F(GuessTest, WholeNumbersOnAllSidesMayBeHundredthsAndThatIsSaid) {
  auto amounts = [](const char* header, std::string (*write)(int)) {
    return header + rows([write](int i, int) { return "K-" + std::to_string(i) + "," + write(i) + ",USD\n"; });
  };
  auto decimal = [](int i) { return amount(i); };
  exports_.add(Side::pos, "pos.csv", amounts("reference,amount,currency\n", minor));
  exports_.add(Side::platform, "cards.csv", amounts("reference,amount,currency\n", minor));
  auto maps = guess();
  for (std::size_t side : {0u, 1u})
    EXPECT_TRUE(doubts(maps[side], "all amounts of column amount are whole numbers")) << side;
  exports_.add(Side::erp, "books.csv", amounts("reference,amount,currency\n", decimal));
  maps = guess();
  EXPECT_TRUE(maps[0].map.minor_units && maps[1].map.minor_units);
  EXPECT_TRUE(doubts(maps[0], "whole minor units: so they are those of the books"));
  for (std::size_t side : {0u, 1u, 3u}) EXPECT_FALSE(doubts(maps[side], "are whole numbers")) << side;
  EXPECT_EQ(summary_of(exports_.done()), "");
}

TEST_F(GuessTest, TheSignBeforeDecimalsIsToldByTheCreditsInCommon) {
  auto amounts = [](char sign, const char* code) {
    return rows([=](int i, int) {
      return "K-" + std::to_string(i) + ",\"" + std::to_string(5 + i % 9) + sign + std::to_string(110 + i * 7) + "\"" +
             code + "\n";
    });
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
    EXPECT_TRUE(doubts(guess()[0], std::string("column created_at may be it, and '") + time + "' cannot be read"))
        << time;
  }
}

TEST_F(GuessTest, AWrittenMapStaysAndTheOthersFollowIt) {
  plain_pos();
  exports_.add(Side::platform, "cards.csv", "mine,their_key,amount,currency\n" + rows([](int i, int) {
                                              return "m" + std::to_string(i) + ",K-" + std::to_string(i) + "," +
                                                     amount(i) + ",USD\n";
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
  map.three_decimals = true;
  map.negative = "void";
  std::string toml = config::to_toml("pos", map);
  std::ofstream(exports_.dir.file("map.toml")) << toml;
  auto again = config::load_export_maps(exports_.dir.file("map.toml"));
  ASSERT_TRUE(again) << config::render(again.error());
  EXPECT_EQ(config::to_toml("pos", again->sides.at("pos")), toml);
}

}  // namespace
}  // namespace handoff::reconcile
