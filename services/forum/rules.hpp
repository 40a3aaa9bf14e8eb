// Who may read and hide what on a board.
#pragma once

#include "services/forum/model.hpp"
#include "shared/core/error.hpp"

#include <optional>
#include <string>

namespace cp::forum {

/// What stands in the place of a text that a facilitator hid.
inline constexpr std::string_view hidden_text = "A facilitator has hidden this post.";
inline constexpr std::string_view hidden_title = "A facilitator has hidden this thread.";

/// Only the board of one's own authority is there at all.
bool may_read(const http::Principal& who, const Id<"authority">& board);
/// Facilitators see what is hidden, because they decide on it.
bool sees_hidden(const http::Principal& who);
/// The text this reader gets: hidden ones are replaced for everybody but facilitators.
std::string text_for(const http::Principal& who, const Post& post);
std::string title_for(const http::Principal& who, const Thread& thread);
/// The reason for hiding has to be given; for showing again it need not be.
Result<Done> check_hiding(bool hidden, const std::string& reason);
/// A text of spaces only says nothing.
Result<Done> check_text(const std::string& pointer, const std::string& text, std::size_t least);

}  // namespace cp::forum
