#include "services/forum/rules.hpp"

namespace cp::forum {
namespace {

std::size_t bytes_without_outer_spaces(const std::string& text) {
  constexpr std::string_view spaces = " \t\r\n";
  const auto first = text.find_first_not_of(spaces);
  return first == std::string::npos ? 0 : text.find_last_not_of(spaces) - first + 1;
}

}  // namespace

bool may_read(const http::Principal& who, const Id<"authority">& board) { return who.authority == board; }

bool sees_hidden(const http::Principal& who) { return who.role == http::Role::facilitator; }

std::string text_for(const http::Principal& who, const Post& post) {
  return post.hidden && !sees_hidden(who) ? std::string(hidden_text) : post.text;
}

std::string title_for(const http::Principal& who, const Thread& thread) {
  return thread.hidden && !sees_hidden(who) ? std::string(hidden_title) : thread.title;
}

Result<Done> check_hiding(bool hidden, const std::string& reason) {
  if (hidden && bytes_without_outer_spaces(reason) == 0) {
    return invalid_field("/reason", "Say why, so that its author can be told.");
  }
  return Done{};
}

Result<Done> check_text(const std::string& pointer, const std::string& text, std::size_t least) {
  if (bytes_without_outer_spaces(text) >= least) return Done{};
  return invalid_field(pointer, "Write at least " + std::to_string(least) +
                                    (least == 1 ? " character." : " characters."));
}

}  // namespace cp::forum
