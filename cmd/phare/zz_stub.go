package main

type reportCmd struct{}
