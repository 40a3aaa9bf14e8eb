# Writes the text of IN into OUT as `cp::NAME_schema`.
file(READ ${IN} text)
file(WRITE ${OUT}
  "#include <string_view>\nnamespace cp {\nextern const std::string_view ${NAME}_schema;\n"
  "const std::string_view ${NAME}_schema = R\"schema(${text})schema\";\n}  // namespace cp\n")
