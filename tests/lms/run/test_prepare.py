from lms.run import prepare


def test_state_of_changes_with_a_file_and_with_the_lock(tmp_path):
    folder, lock = tmp_path / "static", tmp_path / "lock"
    folder.mkdir()
    (folder / "a.css").write_text("a")
    lock.write_text("1")
    first = prepare.state_of([folder], lock)
    assert prepare.state_of([folder], lock) == first

    (folder / "b.css").write_text("b")
    second = prepare.state_of([folder], lock)
    lock.write_text("2")

    assert len({first, second, prepare.state_of([folder], lock)}) == 3
