#include "notification/adapters/http_pager.hpp"

#include <gtest/gtest.h>

namespace monarch::notification {
namespace {

TEST(PageDocument, IsThisToTheByte) {
  Page page{.from = Handle::trusted("alice@example.com"),
            .name = "Alice \"A\"",
            .to = Handle::trusted("bob@example.com"),
            .number = "555 1",
            .content = {.text = "Call me\nCaf\xC3\xA9"}};
  EXPECT_EQ(to_json(page, "7f"),
            R"({"version":1,"id":"7f","from":{"email":"alice@example.com","name":"Alice \"A\""},)"
            R"("to":{"email":"bob@example.com","number":"555 1"},)"
            "\"text\":\"Call me\\nCaf\xC3\xA9\"}");
  page.content.callback = PageText::Callback{"HOME", "5551234"};
  EXPECT_NE(to_json(page, "7f").find(R"(,"callback":{"location":"HOME","number":"5551234"}})"),
            std::string::npos);
}

}  // namespace
}  // namespace monarch::notification
