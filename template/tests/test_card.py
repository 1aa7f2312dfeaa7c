from {= cookiecutter.package_name =} import card


def test_the_card_tells_the_question_the_quality_and_the_fields(package, schema):
    for words in (schema.question, "The gate is", "## Where it is weak", "SHA-256"):
        assert words in package.card
    for column in schema.features:
        assert f"`{column.name}`" in package.card


def test_a_bar_in_a_cell_does_not_end_it():
    assert card.table(["a"], [["x|y"]]).endswith("| x\\|y |")
