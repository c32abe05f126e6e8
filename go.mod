module tcmoa

go 1.27.3
