// The characters that banks take, and how names are brought into them.
//
// Sources: SWIFT's character set X, which ISO 20022 payments in the UK are kept to (letters, digits
// and / - ? : ( ) . , ' + space), and the character set of Bacs Standard 18 (capitals, digits and
// . & / - space).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cp::banking {

/// Without the blanks (space, tab, line end) at both ends.
std::string_view trimmed(std::string_view text);

/// A name in character set X: accents are taken off, ligatures written out, `&` becomes `+`, and
/// whatever has no counterpart becomes a space; spaces are not doubled. A `/` does not begin the text
/// and is not doubled. At most `most` characters. Empty where nothing of the text can be written.
std::string iso_text(std::string_view utf8, std::size_t most);
/// The same in the character set of Bacs, in capitals, without the padding.
std::string bacs_text(std::string_view utf8, std::size_t most);

/// True for 1 to `most` of A-Z, a-z, 0-9 and `-`: an identifier that every bank hands back as it was.
bool is_bank_id(std::string_view text, std::size_t most = 35);
/// True for 1 to 18 characters that both sets have, in capitals: A-Z, 0-9, `.`, `-`, `/` and single
/// spaces inside. What the payee sees, and what comes back on statements.
bool is_reference(std::string_view text);

/// A UUID as an identifier for banks: its 32 digits in capitals (`Max35Text` has room for 35).
std::string bank_id(std::string_view uuid);
/// A reference for a payment: `CP` and the 16 last digits of its UUID, which are the random ones.
std::string reference_for(std::string_view uuid);

}  // namespace cp::banking
