// A small API that the tests of this folder ask.
#pragma once

#include "shared/http/commit.hpp"
#include "shared/http/router.hpp"

#include <stdexcept>

namespace cp::http::example {

struct NewNote {
  std::string text;
};
constexpr auto wire(const NewNote*) {
  return json::object("ExampleNewNote",
                      json::field("text", &NewNote::text, "What to note.", json::between(1, 20)));
}
struct Note {
  std::int64_t number = 0;
  std::string text;
};
constexpr auto wire(const Note*) {
  return json::object("ExampleNote", json::field("number", &Note::number, "Counts from 1."),
                      json::field("text", &Note::text, "What was noted."));
}
struct NotePath {
  std::int64_t note = 0;
};
constexpr auto wire(const NotePath*) {
  return json::object("ExampleNotePath", json::field("note", &NotePath::note, "Which one.", json::between(1, 99)));
}
struct NoteQuery {
  std::optional<std::string> text;
  std::vector<std::string> tags;
};
constexpr auto wire(const NoteQuery*) {
  return json::object("ExampleNoteQuery", json::field("text", &NoteQuery::text, "Notes with this in them."),
                      json::field("tags", &NoteQuery::tags, "Notes with all of these.", json::between(0, 3)));
}

class Api {
 public:
  explicit Api(Router& router) {
    router.add({Method::get, "/v1/notes", anyone(), "Lists notes."}, this, &Api::list);
    router.add({Method::post, "/v1/notes", anyone(), "Makes a note."}, this, &Api::make);
    router.add({Method::get, "/v1/notes/{note}", anyone(), "One note."}, this, &Api::read);
    router.add({Method::get, "/v1/notes/latest", anyone(), "The latest note."}, this, &Api::latest);
    router.add({Method::put, "/v1/notes/{note}", roles(Role::parent, Role::facilitator), "Changes a note.", true},
               this, &Api::change);
    router.add({Method::del, "/v1/notes/{note}", signed_in(), "Deletes a note."}, this, &Api::remove);
    router.add({Method::get, "/v1/broken", anyone(), "Throws."}, this, &Api::fail);
    router.add({Method::get, "/v1/busy", anyone(), "Refuses."}, this, &Api::refuse);
    router.add({Method::get, "/internal/notes", internal(), "For services."}, this, &Api::list);
  }

  Task<Result<Answer<Page<Note>>>> list(Request& request, NoteQuery query) {
    Page<Note> page;
    page.items.push_back({1, query.text.value_or("none")});
    for (const auto& tag : query.tags) page.items.push_back({2, tag});
    if (request.principal) page.items.push_back({3, "signed in"});
    co_return page;
  }
  Task<Result<Answer<Note>>> make(Request&, NoParams, NewNote body) {
    co_return created(Note{1, body.text}, "/v1/notes/1").at_version(1);
  }
  Task<Result<Answer<Note>>> read(Request&, NotePath path) { co_return Note{path.note, "read"}; }
  Task<Result<Answer<Note>>> latest(Request&, NoParams) { co_return Note{7, "latest"}; }
  Task<Result<Answer<Note>>> change(Request& request, NotePath path, NewNote body) {
    if (const auto same = check_version(request, 3); !same) co_return same.error();
    co_return Answer<Note>(Note{path.note, body.text}).at_version(4);
  }
  Task<Result<Answer<json::Empty>>> remove(Request&, NotePath) { co_return no_content(); }
  Task<Result<Answer<Note>>> fail(Request&, NoParams) {
    throw std::runtime_error("no such file 'ann@example.org'");
    co_return Note{};
  }
  Task<Result<Answer<Note>>> refuse(Request&, NoParams) { co_return unavailable(); }
};

}  // namespace cp::http::example
