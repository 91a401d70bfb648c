#include "core/routing/route.hpp"

#include <gtest/gtest.h>

namespace handoff::routing {
namespace {

std::vector<Route> routes() {
  Route till;
  till.name = "till";
  till.from = {"register"};
  till.balance_types = {"general"};
  Route rest;
  rest.name = "rest";
  rest.balance_types = {"refund"};
  return {till, rest};
}

TEST(Choose, TakesTheFirstRouteThatFitsAndSaysWhy) {
  std::vector<Route> all = routes();
  Choice choice = choose(all, {"credit.issued", "register", "general"});
  ASSERT_TRUE(choice.route);
  EXPECT_EQ(choice.route->name, "till");
  EXPECT_EQ(choice.why, "till: credit.issued from register, balance type general");
  EXPECT_EQ(choose(all, {"credit.issued", "register", "refund"}).route->name, "rest");
}

TEST(Choose, TakesNoTypeForTheOrdinaryOne) {
  std::vector<Route> all = routes();
  Choice choice = choose(all, {"credit.issued", "register", ""});
  EXPECT_EQ(choice.why, "till: credit.issued from register, balance type general");
}

TEST(Choose, SaysOfEachRouteWhyItDoesNotFit) {
  std::vector<Route> all = routes();
  Choice choice = choose(all, {"credit.issued", "web", "promo"});
  EXPECT_EQ(choice.route, nullptr);
  EXPECT_EQ(choice.why, "no route fits: till is not for credits from web; rest is not for balance type promo");
}

TEST(TypeAt, IsTheHopsWordBeforeTheRoutesBeforeTheCreditsOwn) {
  Route route;
  route.map_balance_type = {{"refund", "general"}, {"promo", "general"}};
  Hop books;
  books.map_balance_type = {{"refund", "6210"}};
  EXPECT_EQ(type_at(route, books, "refund"), "6210");
  EXPECT_EQ(type_at(route, books, "promo"), "general");
  EXPECT_EQ(type_at(route, books, "gift"), "gift");
  books.map_balance_type["general"] = "6200";
  EXPECT_EQ(type_at(route, books, ""), "6200") << "who names no type means the ordinary one";
}

}  // namespace
}  // namespace handoff::routing
