"""A demo cohort in its fourth month, for embedded settings only. Everybody in it is plainly made up."""

from lms.demo.loading import load_demo

__all__ = ["load_demo"]
