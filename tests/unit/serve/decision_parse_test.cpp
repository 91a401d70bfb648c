#include "core/serve/decision_parse.hpp"

#include <gtest/gtest.h>

namespace handoff::serve {
namespace {

using Kind = engine::Command::Kind;

std::string refusal(Kind kind, const std::string& body) {
  auto parsed = parse_decision(kind, body);
  return parsed ? "taken" : parsed.error();
}

TEST(Decision, IsReadAsItWasMeant) {
  auto link = parse_decision(Kind::link_customer, R"({"email":"ada@example.com","phone":""})");
  ASSERT_TRUE(link) << link.error();
  EXPECT_EQ(link->email, "ada@example.com");
  EXPECT_EQ(parse_decision(Kind::link_customer, R"({"email":"","candidate":2})")->candidate, 2);
  EXPECT_EQ(parse_decision(Kind::assign, R"({"to":"kim","from":"lee"})")->text, "kim");
  EXPECT_EQ(parse_decision(Kind::note, R"({"text":"asked,\ntwice"})")->text, "asked,\ntwice");
  EXPECT_EQ(parse_decision(Kind::close_case, R"({"reason":"lost"})")->text, "lost");
  EXPECT_TRUE(parse_decision(Kind::settle, R"({"happened":true,"instrument":"gc_1","reason":"seen"})")->happened);
  EXPECT_EQ(refusal(Kind::retry, ""), "taken");
}

TEST(Decision, RefusesAMemberOfAWrongTypeInsteadOfTakingItAsAbsent) {
  EXPECT_EQ(refusal(Kind::link_customer, R"({"email":7})"), "email: write a string");
  EXPECT_EQ(refusal(Kind::link_customer, R"({"phone":12025550143})"), "phone: write a string");
  EXPECT_EQ(refusal(Kind::link_customer, R"({"loyalty":["L1"]})"), "loyalty: write a string");
  EXPECT_EQ(refusal(Kind::link_customer, R"({"candidate":"1"})"), "candidate: write a whole number");
  EXPECT_EQ(refusal(Kind::repair, R"({"email":{},"reason":"x"})"), "email: write a string");
  EXPECT_EQ(refusal(Kind::close_case, R"({"reason":7})"), "reason: write a string");
  EXPECT_EQ(refusal(Kind::assign, R"({"to":true})"), "to: write a string");
  EXPECT_EQ(refusal(Kind::settle, R"({"happened":"yes","reason":"x"})"), "happened: write true or false");
  EXPECT_EQ(refusal(Kind::link_customer, "[]"), "write a JSON object");
}

TEST(Decision, RefusesACandidateBesideAnIdentifierThatMaySayAnother) {
  for (const char* also : {"email", "phone", "loyalty"})
    EXPECT_EQ(refusal(Kind::link_customer, R"({"candidate":1,")" + std::string(also) + R"(":"+12025550143"})"),
              "candidate: says who the customer is; leave out email, phone and loyalty, or the candidate");
}

TEST(Decision, RefusesAMemberThatItDoesNotHave) {
  EXPECT_EQ(refusal(Kind::link_customer, R"({"email":"ada@example.com","mail":"x"})"),
            "mail: is not a member this request has");
  EXPECT_EQ(refusal(Kind::cancel, R"({"reason":"late","amount":"5.00"})"), "amount: is not a member this request has");
  EXPECT_EQ(refusal(Kind::retry, R"({"candidate":1})"), "candidate: is not a member this request has");
  EXPECT_EQ(refusal(Kind::note, R"({"text":null})"), "text: write a value or leave it out; null is none");
}

TEST(NewToken, IsOfTheStoreThatWasWrittenOrRefused) {
  auto told = [](const std::string& body) {
    auto parsed = parse_token(body);
    return parsed ? "for '" + parsed->store + "'" : parsed.error();
  };
  EXPECT_EQ(told(R"({"role":"register","store":"14"})"), "for '14'");
  EXPECT_EQ(told(R"({"role":"register","store":"","name":""})"), "for ''");
  EXPECT_EQ(told(R"({"role":"register","store":14})"), "store: write a string");
  EXPECT_EQ(told(R"({"role":"register","store":null})"), "store: write a value or leave it out; null is none");
  EXPECT_EQ(told(R"({"role":"supervisor","stores":"S14"})"), "stores: is not a member this request has");
  EXPECT_EQ(told(R"({"store":"S14"})"), "role: is missing");
  EXPECT_EQ(told("[]"), "write a JSON object");
}

}  // namespace
}  // namespace handoff::serve
