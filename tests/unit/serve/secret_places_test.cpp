#include "core/serve/secret_places.hpp"

#include <gtest/gtest.h>

#include <handoff/sdk/call.hpp>

namespace handoff::serve {
namespace {

const SecretValues kSecrets = {{"user", "jo"}, {"password", "a\"b&c \\"}};

HttpRequest request(const std::string& type) {
  return {"POST",
          "/login?u=" + secret_place("password"),
          {{"Content-Type", type}, {"X-User", secret_place("user")}},
          "p=" + secret_place("password") + "&u=" + secret_place("user")};
}

TEST(SecretPlaces, AreFilledAsEachPartOfARequestIsWritten) {
  auto json = with_secrets(request("Application/JSON; charset=utf-8"), kSecrets);
  EXPECT_EQ(json->body, R"(p=a\"b&c \\&u=jo)");
  EXPECT_EQ(json->target, "/login?u=a%22b%26c+%5C");
  EXPECT_EQ(json->headers.back().second, "jo");
  EXPECT_EQ(with_secrets(request("application/x-www-form-urlencoded"), kSecrets)->body, "p=a%22b%26c+%5C&u=jo");
  EXPECT_EQ(with_secrets(request("text/plain"), kSecrets)->body, "p=a\"b&c \\&u=jo");
}

TEST(SecretPlaces, OfASecretThatIsNotThereAreAnError) {
  EXPECT_EQ(with_secrets("x " + secret_place("pin"), kSecrets).error(), "the connector has no secret \"pin\"");
  HttpRequest login = request("text/plain");
  login.headers.emplace_back("X-Pin", secret_place("pin"));
  EXPECT_EQ(with_secrets(login, kSecrets).error(), "the connector has no secret \"pin\"");
}

TEST(SecretPlaces, WhatOnlyLooksLikeOneStays) {
  for (const char* text : {"", "__secret.", "__secret.user", "_secret.user__", "__"})
    EXPECT_EQ(with_secrets(text, kSecrets), text);
  EXPECT_EQ(with_secrets("__secret.user____secret.user__", kSecrets), "jojo");
}

TEST(SecretPlaces, ValuesAreTakenOutOfWordsForPeople) {
  EXPECT_EQ(without_secrets("wrong password a\"b&c \\ of jo", kSecrets), "wrong password *** of ***");
}

}  // namespace
}  // namespace handoff::serve
