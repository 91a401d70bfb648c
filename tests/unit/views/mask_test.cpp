#include "core/serve/views_mask.hpp"

#include <gtest/gtest.h>

namespace handoff::serve {
namespace {

std::string body(const Masker& masker, std::string_view text) {
  json::Value shown = masker.body(text);
  return shown.is_string() ? std::string(shown.as_string()) : json::write(shown);
}

TEST(Mask, EachKindShowsWhatAPersonNeeds) {
  EXPECT_EQ(mask(Personal::code, "k3n7qz2mw5xr6tbvy4hjc2adpe"), "****adpe");
  EXPECT_EQ(mask(Personal::code, "1234"), "****");  // the last four would be all of it
  EXPECT_EQ(mask(Personal::email, "jo@example.com"), "j***@example.com");
  EXPECT_EQ(mask(Personal::phone, "+1 555 123-4567"), "***67");
  EXPECT_EQ(mask(Personal::phone, "4567"), "***");
  EXPECT_EQ(mask(Personal::name, "Jo"), "***");
}

TEST(Mask, MembersByName) {
  Masker masker;
  EXPECT_EQ(body(masker, R"({"given_name":"Jo","familyName":"Doe","note":"hi"})"),
            R"({"given_name":"***","familyName":"***","note":"hi"})");
  EXPECT_EQ(body(masker, R"({"phone_number":5551234567,"mobile":"5551234567"})"),
            R"({"phone_number":"***67","mobile":"***67"})");
  EXPECT_EQ(body(masker, R"({"access_token":"abc","client_secret":"x","apiKey":"y"})"),
            R"({"access_token":"****","client_secret":"****","apiKey":"****"})");
  EXPECT_EQ(body(masker, R"({"gan":"7783320001234567","emails":["jo@example.com","x"]})"),
            R"({"gan":"****4567","emails":["j***@example.com","***"]})");
}

TEST(Mask, NameOfACustomerAndWhatTheyAreKnownByElsewhere) {
  Masker masker;
  EXPECT_EQ(body(masker, R"({"customer":{"id":"c1","name":"Jo Doe","source_id":"L-100200"},"tracking_id":"track_55"})"),
            R"({"customer":{"id":"c1","name":"***","source_id":"***"},"tracking_id":"***"})");
  EXPECT_EQ(body(masker, R"({"name":"Jo Doe","email":"jo@example.com"})"),
            R"({"name":"***","email":"j***@example.com"})");
  EXPECT_EQ(body(masker, R"({"data":[{"object":"customer","name":"Jo Doe"}]})"),
            R"({"data":[{"object":"customer","name":"***"}]})");
  EXPECT_EQ(body(masker, "customer[name]=Jo+Doe&name=Store+credit"), "customer[name]=***&name=Store credit");
  // A campaign, a method of payment and a journal are nobody.
  EXPECT_EQ(body(masker, R"({"name":"Store credit","source_id":"CASH","journal":{"name":"GEN"}})"),
            R"({"name":"Store credit","source_id":"CASH","journal":{"name":"GEN"}})");
}

TEST(Mask, ErrorCodesAreNotInstruments) {
  Masker masker;
  for (std::string_view text : {R"({"code":"NOT_FOUND"})", R"({"code":"duplicate_found"})", R"({"code":400})",
                                R"({"code":"InvalidIdempotencyKey"})"})
    EXPECT_EQ(body(masker, text), text);
}

TEST(Mask, ShapesInAnyText) {
  Masker masker;
  EXPECT_EQ(masker.text("ask jo.doe+x@mail.example.com. Or +1 555 123 4567!"), "ask j***@mail.example.com. Or ***67!");
  EXPECT_EQ(masker.text("1 + 2 = 3, a@b, @x"), "1 + 2 = 3, a@b, @x");
  EXPECT_EQ(masker.text("2026-11-23T10:00:00+01:00"), "2026-11-23T10:00:00+01:00");
}

TEST(Mask, KnownValuesEverywhere) {
  Masker masker;
  masker.know(Personal::code, "k3n7qz2mw5xr6tbv");
  masker.know(Personal::name, "Jo Doe");
  masker.know(Personal::name, "Jo");  // too short: it would hit "Job"
  EXPECT_EQ(body(masker, R"({"voucher":"k3n7qz2mw5xr6tbv","note":"for Jo Doe","Jo Doe":1,"job":"Job"})"),
            R"({"voucher":"****6tbv","note":"for ***","***":1,"job":"Job"})");
  EXPECT_EQ(masker.target("/v1/vouchers/k3n7qz2mw5xr6tbv/redeem"), "/v1/vouchers/****6tbv/redeem");
}

TEST(Mask, KnownValuesInTheNamesOfAFormToo) {
  Masker masker;
  masker.know(Personal::code, "k3n7qz2mw5xr6tbv");
  EXPECT_EQ(body(masker, "metadata[k3n7qz2mw5xr6tbv]=1&jo%40example.com=2"), "metadata[****6tbv]=1&j***@example.com=2");
  EXPECT_EQ(body(masker, R"({"email":"jo@k3n7qz2mw5xr6tbv.com"})"), R"({"email":"j***@****6tbv.com"})");
  EXPECT_EQ(masker.target("/v1/vouchers?k3n7qz2mw5xr6tbv"), "/v1/vouchers?****6tbv");
}

TEST(Mask, JsonInsideOfText) {
  Masker masker;
  EXPECT_EQ(body(masker, R"({"value":"{\"email\":\"jo@example.com\",\"n\":1.50}"})"),
            R"({"value":"{\"email\":\"j***@example.com\",\"n\":1.50}"})");
}

TEST(Mask, FormsAndTargets) {
  Masker masker;
  EXPECT_EQ(body(masker, "customer[email]=jo%40example.com&amount=-2500&metadata[x]=a+b"),
            "customer[email]=j***@example.com&amount=-2500&metadata[x]=a b");
  EXPECT_EQ(masker.target("/v1/customers?email=jo%40example.com&limit=2"),
            "/v1/customers?email=j***@example.com&limit=2");
  EXPECT_EQ(masker.target("/v1/search?query=phone%3A%22%2B15551234567%22"), "/v1/search?query=phone:\"***67\"");
}

TEST(Mask, MoneyAndNumbersStay) {
  Masker masker;
  std::string_view text = R"({"amount":25.00,"minor":2500,"ids":[1,"a"],"ok":true,"none":null})";
  EXPECT_EQ(body(masker, text), text);
}

TEST(Mask, WhatIsNoJsonIsText) {
  Masker masker;
  EXPECT_EQ(body(masker, "<html>jo@example.com</html>"), "<html>j***@example.com</html>");
  EXPECT_EQ(body(masker, ""), "");
}

}  // namespace
}  // namespace handoff::serve
